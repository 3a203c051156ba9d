/** What a person can do about a failure of the database, by its SQLSTATE or by the error code of Node. */

const certificateAdvice =
  ". sslmode=verify-ca and verify-full need sslrootcert: a file with the certificate of the authority that signed the server's";

/** Advice by code. Each begins with what follows the database's own message. */
const byCode: { readonly [code: string]: string } = {
  // Node's and OpenSSL's codes.
  ECONNREFUSED: ". Is it running?",
  ENOENT: ". There is no such socket: is it running, and is this the directory of its socket?",
  ENOTFOUND: ". The host is unknown",
  EAI_AGAIN: ". The name of the host cannot be looked up now",
  SELF_SIGNED_CERT_IN_CHAIN: certificateAdvice,
  DEPTH_ZERO_SELF_SIGNED_CERT: certificateAdvice,
  UNABLE_TO_GET_ISSUER_CERT: certificateAdvice,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificateAdvice,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificateAdvice,
  CERT_HAS_EXPIRED: ". The server needs a new certificate",
  ERR_TLS_CERT_ALTNAME_INVALID:
    ". sslmode=verify-full needs a certificate for this host name; verify-ca does not check it",
  // SQLSTATEs, by class.
  "25006": ". The server is read-only, as a standby is: connect to the primary",
  "28000": ". The role or its address may not log in: see the server's pg_hba.conf",
  "28P01":
    ". Was the password changed? A process reads DATABASE_URL once: restart it with the new one",
  "3D000": ". Create the database, or correct its name in DATABASE_URL",
  "53100": ". The server's disk is full: free space there. Runs continue by themselves",
  "53200": ". The server is out of memory",
  "53300": ". Lower --connections, or raise max_connections of the server",
  "55P03": ". Another session holds a lock: see pg_locks",
  "57014":
    ". The role's statement_timeout, or a person, ended it: ALTER ROLE … SET statement_timeout = 0",
  "57P01": ". The server is stopping or restarting",
  "57P03": ". The server is starting or stopping",
  "58030": ". The server cannot read or write its files: see its log",
};

/** What to do, for a schema of this name. Empty where there is nothing to say. */
export const advise = (code: string, schema: string): string =>
  code === "42501"
    ? `. The role needs the right to create the schema "${schema}", or USAGE and CREATE on one that exists`
    : (byCode[code] ?? "");
