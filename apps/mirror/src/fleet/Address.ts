/** Where a server of the mirror listens. */
import { Predicate, Schema } from "effect";

/** A host, by name or IP address, and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The server cannot listen on its address. */
export class AddressUnavailable extends Schema.TaggedError<AddressUnavailable>()(
  "AddressUnavailable",
  { host: Schema.String, port: Schema.Int, flags: Schema.String, detail: Schema.String },
) {
  override get message(): string {
    return `Cannot listen on ${this.host}, port ${this.port}: ${this.detail}. Choose another with ${this.flags}`;
  }
}

const detailOf: { readonly [code: string]: string } = {
  EADDRINUSE: "the port is in use",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "the host is unknown",
  EACCES: "permission denied",
};

/** Describes why a server cannot listen, and names the flags that chose its address. */
export const unavailable = (
  address: Address,
  flags: string,
  cause: unknown,
): AddressUnavailable => {
  const code = Predicate.hasProperty(cause, "code") ? String(cause.code) : "";
  return new AddressUnavailable({ ...address, flags, detail: detailOf[code] ?? String(cause) });
};
