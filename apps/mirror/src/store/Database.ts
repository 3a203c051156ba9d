/** The Postgres database of the mirror: the one that `DATABASE_URL` names. */
import { PgClient } from "@effect/sql-pg";
import { Config, Effect, Layer, Option, Predicate, type Redacted, Schema } from "effect";
import { type SqlClient, SqlError } from "effect/sql";
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

const codeOf = ({ reason: { cause } }: SqlError.SqlError): string =>
  Predicate.hasProperty(cause, "code") ? String(cause.code) : "";

/** Whether a value fits no column, such as an id with U+0000 (SQLSTATE classes 22 and 54): a permanent failure. */
export const isInvalidValue = (error: SqlError.SqlError): boolean => /^(22|54)/.test(codeOf(error));

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
  `${messageOf(error)}${advice(schema)[codeOf(error)] ?? ""}`;

const advice = (schema: string): { readonly [code: string]: string } => ({
  ECONNREFUSED: ". Is it running?",
  // SQLSTATE insufficient_privilege.
  "42501": `. The role needs the right to create the schema "${schema}", or USAGE and CREATE on one that exists`,
});

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
}

/** A database by its URL, brought up to date. */
export const layer = (
  url: Redacted.Redacted,
  { schema = defaultSchema, connections = defaultConnections }: Options = {},
) =>
  Layer.effectContext(
    Layer.build(
      Layer.effectDiscard(migrate).pipe(
        Layer.provideMerge(
          PgClient.layer({
            url,
            maxConnections: connections,
            applicationName: "scorecard-mirror",
            startupParameters: sessionSettings(schema),
          }),
        ),
        Layer.provideMerge(Layer.succeed(SchemaName, schema)),
      ),
    ).pipe(
      // The URL holds a password: the message names the variable instead.
      Effect.catchTag("SqlError", (error) =>
        Effect.fail(
          new DatabaseError({
            message: `The database of DATABASE_URL cannot be used: ${describe(error, schema)}`,
          }),
        ),
      ),
    ),
  );

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
