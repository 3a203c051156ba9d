/** Warns where this machine's clock differs from the database's, which decides about locks and limits. */
import { Clock, Effect, Layer } from "effect";
import { SqlClient } from "effect/sql";

const toleratedMillis = 10_000;

/** Compares the clocks once, and warns if they differ by more than ten seconds. */
export const layer = Layer.effectDiscard(
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient;
    const [database] = yield* sql<{ readonly now: number }>`
      SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`;
    const ahead = (yield* Clock.currentTimeMillis) - (database?.now ?? Number.NaN);
    if (Math.abs(ahead) <= toleratedMillis) return;
    const seconds = Math.round(Math.abs(ahead) / 1000);
    yield* Effect.logWarning(
      `This machine's clock is ${seconds} s ${ahead > 0 ? "ahead of" : "behind"} the database's. Locks and rate limits use the database's clock, so no data is lost. But --refresh, logs and traces use this machine's: correct it.`,
    );
  }),
);
