/** The database of the mirror: the one that `DATABASE_URL` names. */
import { PgClient } from "@effect/sql-pg";
import { Config, Effect, Layer, Option, Predicate, type Redacted, Schema } from "effect";
import { type SqlClient, SqlError } from "effect/sql";
import { migrate } from "./Migrations.ts";

/** The database cannot be used as it is. */
class DatabaseError extends Schema.TaggedError<DatabaseError>()("DatabaseError", {
  message: Schema.String,
}) {}

/** What Postgres said, or the driver of it. */
export const whyOf = ({ reason }: SqlError.SqlError): string => {
  const { cause } = reason;
  return cause instanceof Error && cause.message !== "" ? cause.message : reason.message;
};

const codeOf = ({ reason: { cause } }: SqlError.SqlError): string =>
  Predicate.hasProperty(cause, "code") ? String(cause.code) : "";

/** A value that no column takes, such as an id with U+0000 (SQLSTATE classes 22 and 54). */
export const isRefusal = (error: SqlError.SqlError): boolean => /^(22|54)/.test(codeOf(error));

/** Whether Postgres cannot be reached, is being stopped or started, or has ended the session (no SQLSTATE, or 08, 57, 25P03). */
export const isGone = (error: SqlError.SqlError): boolean =>
  !/^(?!08|57|25P03)[0-9A-Z]{5}$/.test(codeOf(error));

/** A transaction. Where the session ends within it, so that it cannot be rolled back either, it fails, and is no defect. */
export const transaction =
  (sql: SqlClient.SqlClient) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R> =>
    Effect.catchDefect(sql.withTransaction(effect), (defect) =>
      SqlError.isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect),
    );

/** What was said, and what to do about it. */
export const told = (error: SqlError.SqlError): string =>
  `${whyOf(error)}${advice[codeOf(error)] ?? ""}`;

const advice: { readonly [code: string]: string } = {
  ECONNREFUSED: ". Is it running?",
  // SQLSTATE insufficient_privilege.
  "42501": '. Its user has to create the schema "mirror" and tables, unless somebody else did',
};

/**
 * All of the mirror's tables, and those of the engine, are in one schema and keep one time, whoever connects: the defaults depend
 * on the user's name, and on what is set for the user. What locks rows reads them as they are then, and not as they were; and a
 * runner that is frozen while it holds them lets go of them as soon as of its shards.
 */
const ours = {
  search_path: "mirror",
  timezone: "UTC",
  default_transaction_isolation: "read committed",
  idle_in_transaction_session_timeout: "9s",
};

/** A database by its URL, brought up to date. */
export const layer = (url: Redacted.Redacted) =>
  Layer.effectContext(
    Layer.build(
      Layer.provideMerge(
        Layer.effectDiscard(migrate),
        PgClient.layer({
          url,
          applicationName: "scorecard-mirror",
          startupParameters: ours,
        }),
      ),
    ).pipe(
      // The URL holds a password: what is told is where to look.
      Effect.catchTag("SqlError", (error) =>
        Effect.fail(
          new DatabaseError({
            message: `The database of DATABASE_URL cannot be used: ${told(error)}`,
          }),
        ),
      ),
    ),
  );

/** The database that `DATABASE_URL` names. */
export const layerConfig = Layer.unwrap(
  Effect.flatMap(Config.option(Config.Redacted("DATABASE_URL")), (url) =>
    Option.isSome(url)
      ? Effect.succeed(layer(url.value))
      : Effect.fail(
          new DatabaseError({
            message:
              "DATABASE_URL is not set: which Postgres holds the mirror? Without a subcommand one is started for a trial",
          }),
        ),
  ),
);
