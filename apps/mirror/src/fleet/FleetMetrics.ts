/** The metrics of the whole fleet, read from the tables: every runner reports the same. */
import { Effect, Layer, Metric, Schedule } from "effect";
import { SqlClient } from "effect/sql";
import * as MirrorMetrics from "../run/MirrorMetrics.ts";
import { listedStates } from "../store/RunState.ts";
import * as Fleet from "./Fleet.ts";

const gauge = (name: string, description: string) =>
  Metric.gauge(`scorecard_mirror_${name}`, { description });

const runs = gauge("runs", "Runs by state");
const runners = gauge("runners", "Runners that are alive");
const quarantined = gauge(
  "quarantined_records",
  "Records in quarantine, because no row can hold them",
);
const oldestSuccess = gauge(
  "oldest_success_age_seconds",
  "Seconds since the last success of the run whose last success is oldest, of those that are mirrored or refreshed; of a run without one, since its start",
);
const longestParked = gauge(
  "longest_parked_seconds",
  "Seconds for which the run that is parked longest has been parked; 0 where none is",
);
const databaseUp = gauge(
  "database_up",
  "1 where the database answered when this was read, and 0 where it did not",
);

interface Totals {
  readonly quarantined: number;
  readonly oldest: number;
  readonly parked: number;
}

const read = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const counts = yield* sql<{ readonly state: string; readonly count: number }>`
    SELECT state, count(*)::integer AS count FROM runs GROUP BY state`;
  const countOf = new Map(counts.map(({ state, count }) => [state, count]));
  for (const state of listedStates) {
    yield* Metric.update(Metric.withAttributes(runs, { state }), countOf.get(state) ?? 0);
  }
  const [totals] = yield* sql<Totals>`
    SELECT coalesce(sum(quarantined) FILTER (WHERE state <> 'forgotten'), 0)::float8 AS quarantined,
      coalesce(max(extract(epoch FROM now() - coalesce(last_success_at, started_at))) FILTER (
        WHERE state IN ('running', 'paused', 'parked') OR next_refresh_at IS NOT NULL), 0)::float8 AS oldest,
      coalesce(max(extract(epoch FROM now() - stopped_at)) FILTER (WHERE state = 'parked'), 0)::float8 AS parked
    FROM runs`;
  yield* Metric.update(quarantined, totals?.quarantined ?? 0);
  yield* Metric.update(oldestSuccess, totals?.oldest ?? 0);
  yield* Metric.update(longestParked, totals?.parked ?? 0);
  yield* Metric.update(runners, yield* Fleet.countRunners);
  yield* Metric.update(databaseUp, 1);
});

/** Reads the metrics of the fleet. Where the database does not answer, they stay as they were, but for one. */
export const update = read.pipe(
  Effect.timeout("2 seconds"),
  Effect.catch(() => Metric.update(databaseUp, 0)),
);

/**
 * Reads them every fifteen seconds, for a collector that is sent metrics and does not ask for them. The runner's own
 * counters start with it.
 */
export const layer = Layer.effectDiscard(
  Effect.andThen(
    MirrorMetrics.start,
    Effect.forkScoped(Effect.repeat(update, Schedule.spaced("15 seconds"))),
  ),
);
