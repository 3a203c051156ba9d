/** The Postgres database of the mirror: the one that `DATABASE_URL` names. */
import { PgClient } from "@effect/sql-pg";
import {
  Config,
  Duration,
  Effect,
  Exit,
  Layer,
  Option,
  Predicate,
  Redacted,
  Schema,
  Scope,
} from "effect";
import { type SqlClient, SqlError } from "effect/sql";
import * as ConnectionTarget from "./ConnectionTarget.ts";
import * as DatabaseAdvice from "./DatabaseAdvice.ts";
import { defaultConnections } from "./DefaultConnections.ts";
import { migrate } from "./Migrations.ts";
import { defaultSchema, quoted, SchemaName } from "./SchemaName.ts";

/** The database cannot be used. */
class DatabaseError extends Schema.TaggedError<DatabaseError>()("DatabaseError", {
  message: Schema.String,
}) {}

/** The message of Postgres, or of its driver. */
export const messageOf = ({ reason }: SqlError.SqlError): string => {
  const { cause } = reason;
  return cause instanceof Error && cause.message !== "" ? cause.message : reason.message;
};

/** The SQLSTATE of a failure, or the code that Node gave it; empty where it has none. */
export const codeOf = ({ reason: { cause } }: SqlError.SqlError): string =>
  Predicate.hasProperty(cause, "code") ? String(cause.code) : "";

/** Whether a value fits no column, such as an id with U+0000 (SQLSTATE classes 22 and 54): a permanent failure. */
export const isInvalidValue = (error: SqlError.SqlError): boolean => /^(22|54)/.test(codeOf(error));

/** Whether a row exists already (SQLSTATE unique_violation). */
export const isDuplicate = (error: SqlError.SqlError): boolean => codeOf(error) === "23505";

/**
 * Whether Postgres cannot be reached, is starting or stopping, or has ended the session (no SQLSTATE, or 08, 57,
 * 25P03).
 */
export const isUnavailable = (error: SqlError.SqlError): boolean =>
  !/^(?!08|57|25P03)[0-9A-Z]{5}$/.test(codeOf(error));

/**
 * Runs an effect in a transaction. If the session ends, so that not even a rollback is possible, it fails and is no
 * defect.
 */
export const transaction =
  (sql: SqlClient.SqlClient) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R> =>
    Effect.catchDefect(sql.withTransaction(effect), (defect) =>
      SqlError.isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect),
    );

/** The message of Postgres, and what a person can do about it. */
export const describe = (error: SqlError.SqlError, schema = defaultSchema): string =>
  `${messageOf(error)}${DatabaseAdvice.advise(codeOf(error), schema)}`;

/**
 * The settings of every session. Without them, the role's name and its own settings would decide. The engine's tables
 * and the mirror's are in one schema and use one time zone. A transaction that waited for a lock sees the row as it is
 * then. And a frozen runner loses its locks on rows as soon as its locks on shards.
 */
const sessionSettings = (schema: string) => ({
  search_path: quoted(schema),
  timezone: "UTC",
  default_transaction_isolation: "read committed",
  idle_in_transaction_session_timeout: "9s",
});

/** How a process uses the database. */
export interface Options {
  /** The schema of the mirror's tables and the engine's. Default: {@link defaultSchema}. */
  readonly schema?: string | undefined;
  /**
   * The most connections that it opens. A runner holds one of them for its locks, and needs at least another one.
   * Default: {@link defaultConnections}.
   */
  readonly connections?: number | undefined;
  /** What `pg_stat_activity` shows for its sessions. Default: scorecard-mirror. */
  readonly applicationName?: string | undefined;
  /** Whether a standby will do, for a command that only reads. Default: false. */
  readonly allowReadOnly?: boolean | undefined;
}

/** What the server says about a new session. */
interface SessionFacts {
  readonly version: number;
  readonly isReadOnly: boolean;
  readonly settings: { readonly [name: string]: string };
}

// Older ones lack idle_session_timeout, which frees the locks of a frozen runner.
const minVersion = 14;

/** Fails where a session lacks its settings, or where the server cannot be used. */
const checkSession = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { schema = defaultSchema, allowReadOnly = false }: Options,
) {
  const wanted = sessionSettings(schema);
  const [facts] = yield* sql<SessionFacts>`
    SELECT current_setting('server_version_num')::integer / 10000 AS version,
      (pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean) AS "isReadOnly",
      jsonb_build_object(
        'search_path', current_setting('search_path'), 'timezone', current_setting('timezone'),
        'default_transaction_isolation', current_setting('default_transaction_isolation'),
        'idle_in_transaction_session_timeout', current_setting('idle_in_transaction_session_timeout')
      ) AS settings`;
  const dropped = Object.entries(wanted).filter(([name, value]) => facts?.settings[name] !== value);
  if (dropped.length > 0) {
    return yield* unusable(
      `${poolerProblem}. These settings did not arrive: ${dropped.map(([name]) => name).join(", ")}`,
    );
  }
  if (facts !== undefined && facts.version < minVersion) {
    return yield* unusable(
      `It is Postgres ${facts.version}, and the mirror needs ${minVersion} or newer`,
    );
  }
  if (facts?.isReadOnly === true && !allowReadOnly) {
    return yield* unusable("It is read-only, as a standby is: connect to the primary");
  }
  return undefined;
});

const poolerProblem =
  "It drops the settings of a session, as PgBouncer does, and the mirror's locks need sessions of their own: connect to Postgres directly, not through a pooler";

const unusable = (problem: string) =>
  new DatabaseError({ message: `The database of DATABASE_URL cannot be used: ${problem}` });

/** Whether the server refused this way to encrypt the connection, so that another may succeed. */
const isEncryptionRefused = (error: DatabaseError | SqlError.SqlError): boolean =>
  error._tag === "SqlError" &&
  (codeOf(error) === "28000" || messageOf(error) === "The server does not support TLS");

/** Connects, and checks the first session. */
const connect = Effect.fnUntraced(function* (
  target: ConnectionTarget.ConnectionTarget,
  options: Options,
) {
  const { encryptions, connectTimeout, ...server } = target;
  const scope = yield* Scope.Scope;
  const attempt = Effect.fnUntraced(function* (ssl: ConnectionTarget.Encryption) {
    const own = yield* Scope.fork(scope);
    return yield* PgClient.make({
      ...server,
      ssl,
      connectTimeout:
        connectTimeout === undefined ? Duration.infinity : Duration.seconds(connectTimeout),
      maxConnections: options.connections ?? defaultConnections,
      applicationName: options.applicationName ?? "scorecard-mirror",
      startupParameters: sessionSettings(options.schema ?? defaultSchema),
    }).pipe(
      Effect.tap((client) => checkSession(client, options)),
      Scope.provide(own),
      Effect.onError((cause) => Scope.close(own, Exit.failCause(cause))),
    );
  });
  const [first, ...others] = encryptions;
  return yield* others.reduce(
    (attempts, encryption) =>
      Effect.catchIf(attempts, isEncryptionRefused, () => attempt(encryption)),
    attempt(first),
  );
});

/** The message of a failure to connect. It never contains the password. */
const explain = (
  error: SqlError.SqlError,
  target: ConnectionTarget.ConnectionTarget,
  schema: string,
) => {
  const message = /unsupported startup parameter/i.test(messageOf(error))
    ? `${poolerProblem}. It says: ${messageOf(error)}`
    : describe(error, schema);
  const password = target.password === undefined ? "" : Redacted.value(target.password);
  // One that is as short as a word of the message would be shown by what is missing.
  return unusable(password.length < 6 ? message : message.replaceAll(password, "***"));
};

/** A database by its connection string, brought up to date. */
export const layer = (connectionString: Redacted.Redacted, options: Options = {}) => {
  const schema = options.schema ?? defaultSchema;
  return Layer.unwrap(
    ConnectionTarget.make(connectionString).pipe(
      Effect.mapError(({ message }) => unusable(message)),
      Effect.map((target) =>
        Layer.effectContext(
          Layer.build(
            Layer.effectDiscard(migrate).pipe(
              Layer.provideMerge(PgClient.layerFrom(connect(target, options))),
              Layer.provideMerge(Layer.succeed(SchemaName, schema)),
            ),
          ).pipe(
            Effect.catchTag("SqlError", (error) => Effect.fail(explain(error, target, schema))),
          ),
        ),
      ),
    ),
  );
};

/** The database that `DATABASE_URL` names. */
export const layerConfig = (options: Options = {}) =>
  Layer.unwrap(
    Effect.flatMap(Config.option(Config.Redacted("DATABASE_URL")), (url) =>
      Option.isSome(url)
        ? Effect.succeed(layer(url.value, options))
        : Effect.fail(
            new DatabaseError({
              message:
                "DATABASE_URL is not set: it names the Postgres of the mirror. Without a subcommand, mirror runs a trial",
            }),
          ),
    ),
  );
