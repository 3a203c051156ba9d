/** Deletes what finished workflows and cron jobs leave in the engine's tables, by the engine's own cron. */
import { Cron, Effect } from "effect";
import { ClusterCron, Snowflake } from "effect/cluster";
import { SqlClient } from "effect/sql";
import { SchemaName } from "../store/SchemaName.ts";
import * as Fleet from "./Fleet.ts";

/** How long the engine's rows stay after their workflow has ended, in seconds. A reply may still be on its way. */
export const graceSeconds = 3600;

// The most workflows and cron jobs that one statement deletes, so that none of them runs for long.
const maxDeleted = 1000;

/**
 * Deletes the messages and replies of workflows whose generation is over, and of cron jobs that have run: how many
 * workflows and jobs. Those of a run that is running, paused or parked stay, because they hold its position.
 */
export const prune = Effect.fn("Retention.prune")(function* (seconds: number) {
  const sql = yield* SqlClient.SqlClient;
  const prefix = Fleet.tablePrefix(yield* SchemaName);
  const messages = sql(`${prefix}_messages`);
  const replies = sql(`${prefix}_replies`);
  // A reply's id contains the time at which it was made, in milliseconds.
  const replied = sql`(reply.id >> 22) + ${Snowflake.constEpochMillis}::bigint`;
  // Not jsonb, which refuses a payload with U+0000.
  const deleteSome = sql<{ readonly count: number }>`
    WITH ended AS (
      SELECT message.entity_type, message.entity_id
      FROM ${messages} AS message JOIN ${replies} AS reply ON reply.request_id = message.id AND reply.kind = 0
      WHERE message.kind = 0 AND message.tag = 'run' AND message.processed
        AND ${replied} <= (extract(epoch FROM now()) - ${seconds}::float8) * 1000
        AND (message.entity_type LIKE 'ClusterCron/%' OR (message.entity_type LIKE 'Workflow/%'
          AND reply.payload::json -> 'value' ->> '_tag' = 'Complete'
          AND NOT EXISTS (
            SELECT FROM runs WHERE run_id = message.payload::json ->> 'runId'
              AND generation = (message.payload::json ->> 'generation')::integer
              AND state IN ('running', 'paused', 'parked'))))
      LIMIT ${maxDeleted}
    ), of_ended AS (
      -- The clocks of a workflow have its id, and a type of their own.
      SELECT message.id FROM ${messages} AS message JOIN ended ON message.entity_id = ended.entity_id
        AND (message.entity_type = ended.entity_type
          OR (ended.entity_type LIKE 'Workflow/%' AND message.entity_type LIKE 'Workflow/%'))
    ), deleted_replies AS (
      DELETE FROM ${replies} WHERE request_id IN (SELECT id FROM of_ended)
    ), deleted_messages AS (
      DELETE FROM ${messages} WHERE id IN (SELECT id FROM of_ended)
    )
    SELECT count(*)::integer AS count FROM ended`;
  let deleted = 0;
  for (;;) {
    const [{ count } = { count: 0 }] = yield* deleteSome;
    deleted += count;
    if (count < maxDeleted) return deleted;
  }
});

/** Prunes every hour. One runner of the fleet does it for all. */
export const layer = ClusterCron.make({
  // Stored by the engine: it must not change.
  name: "retention",
  cron: Cron.parseUnsafe("7 * * * *"),
  execute: Effect.asVoid(prune(graceSeconds)),
});
