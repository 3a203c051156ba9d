/** Says where the clocks of the fleet differ: the database's is the one that locks and limits go by. */
import { Clock, Effect, Layer } from "effect";
import { SqlClient } from "effect/sql";

/** Milliseconds that nobody has to know of. */
const tolerated = 10_000;

/** Compares this machine's clock with the database's, once, and warns where they differ by more than ten seconds. */
export const layer = Layer.effectDiscard(
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient;
    const [theirs] = yield* sql<{ readonly now: number }>`
      SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`;
    const ahead = (yield* Clock.currentTimeMillis) - (theirs?.now ?? Number.NaN);
    if (Math.abs(ahead) <= tolerated) return;
    const seconds = Math.round(Math.abs(ahead) / 1000);
    yield* Effect.logWarning(
      `This machine's clock is ${seconds} s ${ahead > 0 ? "ahead of" : "behind"} the database's. Nothing is lost by it: locks and limits go by the database. But --refresh, logs and traces go by this machine: set its clock right.`,
    );
  }),
);
