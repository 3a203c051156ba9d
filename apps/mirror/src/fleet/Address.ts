/** Where something of ours listens. */
import { Predicate, Schema } from "effect";

/** A host, by its name or number, and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Nothing can listen there. */
export class AddressUnavailable extends Schema.TaggedError<AddressUnavailable>()(
  "AddressUnavailable",
  { host: Schema.String, port: Schema.Int, flags: Schema.String, detail: Schema.String },
) {
  override get message(): string {
    return `Cannot listen on ${this.host}, port ${this.port}: ${this.detail}. Choose another with ${this.flags}`;
  }
}

const reasons: { readonly [code: string]: string } = {
  EADDRINUSE: "something listens there already",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "no such host is known",
  EACCES: "that takes more rights",
};

/** What a server says when it cannot listen, for whoever chose the address by these flags. */
export const unavailable = (
  address: Address,
  flags: string,
  cause: unknown,
): AddressUnavailable => {
  const code = Predicate.hasProperty(cause, "code") ? String(cause.code) : "";
  return new AddressUnavailable({ ...address, flags, detail: reasons[code] ?? String(cause) });
};
