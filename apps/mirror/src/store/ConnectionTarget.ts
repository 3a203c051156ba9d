/** Where and how to connect: the parameters of a connection string and of libpq's environment variables, checked. */
import { Config, Effect, Option, Redacted, Result, Schema } from "effect";
import { readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, getCACertificates } from "node:tls";
import * as ConnectionString from "./ConnectionString.ts";

/** A way to encrypt the connection, or not to. */
export type Encryption = false | ConnectionOptions;

/** A server, and who connects to it. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: Redacted.Redacted | undefined;
  readonly database: string;
  readonly connectTimeout: number | undefined;
  readonly startupOptions: string | undefined;
  /** The ways to connect, in the order in which they are tried. The next one is tried only if the server refuses one. */
  readonly encryptions: readonly [Encryption, ...ReadonlyArray<Encryption>];
}

/** The connection string cannot be used. The message quotes no part of it that may belong to a password. */
export class InvalidTarget extends Schema.TaggedError<InvalidTarget>()("InvalidTarget", {
  message: Schema.String,
}) {}

// The parameters that may come from the environment, as libpq names their variables.
const variables: { readonly [parameter: string]: string } = {
  host: "PGHOST",
  hostaddr: "PGHOSTADDR",
  port: "PGPORT",
  dbname: "PGDATABASE",
  user: "PGUSER",
  password: "PGPASSWORD",
  connect_timeout: "PGCONNECT_TIMEOUT",
  options: "PGOPTIONS",
  target_session_attrs: "PGTARGETSESSIONATTRS",
  channel_binding: "PGCHANNELBINDING",
  gssencmode: "PGGSSENCMODE",
  require_auth: "PGREQUIREAUTH",
  sslmode: "PGSSLMODE",
  sslnegotiation: "PGSSLNEGOTIATION",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
  sslcrl: "PGSSLCRL",
  sslcrldir: "PGSSLCRLDIR",
};

/** Values of a parameter that the driver supports; every other one is refused, because ignoring it would be unsafe. */
const supported: { readonly [parameter: string]: ReadonlyArray<string> } = {
  // The mirror always writes, so the other values name servers that it cannot use.
  target_session_attrs: ["any", "read-write", "primary"],
  channel_binding: ["disable", "prefer"],
  gssencmode: ["disable", "prefer"],
  sslnegotiation: ["postgres"],
  require_auth: [],
  sslcrl: [],
  sslcrldir: [],
  service: [],
  passfile: [],
  // Not libpq's: other drivers know it.
  ssl: ["false", "0"],
};

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
type SslMode = (typeof sslModes)[number];
const isSslMode = (text: string): text is SslMode => sslModes.some((mode) => mode === text);

const fail = (message: string) => new InvalidTarget({ message });

const readFile = (parameter: string, file: string) =>
  Effect.try({
    try: () => readFileSync(file, "utf8"),
    catch: () => fail(`${parameter}: the file ${file} cannot be read`),
  });

const readIfThere = (file: string): Option.Option<string> => {
  try {
    return Option.some(readFileSync(file, "utf8"));
  } catch {
    return Option.none();
  }
};

/** The certificates of the authorities that a server's certificate must come from; undefined where none are named. */
const rootCertificates = Effect.fnUntraced(function* (sslrootcert: string | undefined) {
  if (sslrootcert === "system") return getCACertificates("system");
  if (sslrootcert !== undefined) return [yield* readFile("sslrootcert", sslrootcert)];
  return Option.getOrUndefined(
    Option.map(readIfThere(join(homedir(), ".postgresql", "root.crt")), (text) => [text]),
  );
});

/** How a mode encrypts, as libpq defines it. */
const encryptionsOf = Effect.fnUntraced(function* (
  get: (parameter: string) => string | undefined,
  host: string,
): Effect.fn.Return<ConnectionTarget["encryptions"], InvalidTarget> {
  // A socket never leaves the machine: libpq ignores sslmode there.
  if (host.startsWith("/")) return [false];
  const sslrootcert = get("sslrootcert");
  const mode = get("sslmode") ?? (sslrootcert === "system" ? "verify-full" : "prefer");
  if (!isSslMode(mode)) return yield* fail(`sslmode must be one of ${sslModes.join(", ")}`);
  if (mode === "disable") return [false];
  if (sslrootcert === "system" && mode !== "verify-full") {
    return yield* fail("sslrootcert=system needs sslmode=verify-full");
  }
  const ca = yield* rootCertificates(sslrootcert);
  const certificate = get("sslcert");
  const key = get("sslkey");
  const [cert, privateKey] =
    certificate === undefined && key === undefined
      ? []
      : [
          yield* readFile(
            "sslcert",
            certificate ?? join(homedir(), ".postgresql", "postgresql.crt"),
          ),
          yield* readFile("sslkey", key ?? join(homedir(), ".postgresql", "postgresql.key")),
        ];
  // As in libpq, a file of root certificates makes `require` check the chain too.
  const checksChain = mode.startsWith("verify") || (mode === "require" && ca !== undefined);
  const hasAddress = get("hostaddr") !== undefined;
  const encrypted: ConnectionOptions = {
    ...(cert === undefined ? {} : { cert, key: privateKey, passphrase: get("sslpassword") }),
    // Without named authorities, those that Node trusts.
    ...(ca === undefined ? {} : { ca: [...ca] }),
    rejectUnauthorized: checksChain,
    ...(mode === "verify-full"
      ? hasAddress
        ? { servername: host }
        : {}
      : { checkServerIdentity: () => undefined }),
  };
  if (mode === "allow") return [false, encrypted];
  return mode === "prefer" ? [encrypted, false] : [encrypted];
});

const portOf = (text: string | undefined): number | undefined => {
  const port = Number(text ?? "5432");
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
};

const readVariables = Effect.gen(function* () {
  const found = new Map<string, string>();
  for (const [parameter, name] of Object.entries(variables)) {
    const value = yield* Effect.orDie(Config.option(Config.String(name)));
    if (Option.isSome(value) && value.value !== "") found.set(parameter, value.value);
  }
  return found;
});

/** Reads a connection string, completes it from the environment, and refuses what the driver cannot do. */
export const make = Effect.fnUntraced(function* (
  connectionString: Redacted.Redacted,
): Effect.fn.Return<ConnectionTarget, InvalidTarget> {
  const parsed = ConnectionString.parse(Redacted.value(connectionString));
  if (Result.isFailure(parsed)) return yield* fail(parsed.failure);
  const environment = yield* readVariables;
  const get = (parameter: string) => parsed.success.get(parameter) ?? environment.get(parameter);

  for (const [parameter, values] of Object.entries(supported)) {
    const value = get(parameter);
    if (value !== undefined && !values.includes(value)) {
      return yield* fail(
        parameter === "ssl"
          ? "ssl is not a parameter of Postgres: use sslmode=require, verify-ca or verify-full"
          : `${parameter} is supported only ${values.length === 0 ? "without a value" : `with ${values.join(", ")}`}`,
      );
    }
  }
  const host = get("host") ?? get("hostaddr") ?? "localhost";
  if (host.includes(",") || get("hostaddr")?.includes(",") === true) {
    return yield* fail(
      "It names several hosts, and the mirror connects to one: name the primary, or an address that always leads to it",
    );
  }
  if (host.startsWith("@")) return yield* fail("Abstract sockets are not supported");
  const port = portOf(get("port"));
  if (port === undefined) return yield* fail("Its port must be a number from 1 to 65535");
  const connectTimeout = Number(get("connect_timeout") ?? "5");
  if (!Number.isInteger(connectTimeout)) {
    return yield* fail("connect_timeout must be a whole number of seconds");
  }
  const username = get("user") ?? userInfo().username;
  const password = get("password");
  return {
    host: get("hostaddr") ?? host,
    port,
    username,
    password: password === undefined ? undefined : Redacted.make(password),
    database: get("dbname") ?? username,
    connectTimeout: connectTimeout > 0 ? connectTimeout : undefined,
    startupOptions: get("options"),
    encryptions: yield* encryptionsOf(get, host),
  };
});
