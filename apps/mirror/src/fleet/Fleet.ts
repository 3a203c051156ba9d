/** The runners of a fleet, and how they are reached: Effect's cluster, with the mirror's own database as its storage. */
import { NodeClusterSocket } from "@effect/platform-node";
import { Effect, Layer, Option } from "effect";
import { ClusterWorkflowEngine, RunnerAddress, type ShardingConfig } from "effect/cluster";
import { SqlClient } from "effect/sql";
import * as Address from "./Address.ts";

// What a runner was doing is taken over some ten seconds after it died: its locks expire by then, and the others look every second.
const expiration = "9 seconds";
const timings = {
  shardLockExpiration: expiration,
  shardLockRefreshInterval: "2 seconds",
  refreshAssignmentsInterval: "1 second",
  entityMessagePollInterval: "1 second",
  runnerHealthCheckInterval: "3 seconds",
  entityTerminationTimeout: "5 seconds",
  // Runs are few and long: each runner takes its share of them all the same.
  shardsPerGroup: 100,
} satisfies Partial<ShardingConfig.ShardingConfig["Service"]>;

/** Takes part in the work. */
export const runner = ({ host, port }: Address.Address) =>
  ClusterWorkflowEngine.layer.pipe(
    Layer.provideMerge(
      NodeClusterSocket.layer({
        storage: "sql",
        shardingConfig: {
          ...timings,
          runnerAddress: Option.some(RunnerAddress.make(host, port)),
        },
      }),
    ),
    Layer.catchTag("SocketServerError", ({ cause }) =>
      Layer.effectContext(
        Effect.fail(Address.unavailable({ host, port }, "--host and --port", cause)),
      ),
    ),
  );

/**
 * How many runners live, as far as the database knows: one that died is counted for some seconds. Nobody has ever served
 * where the tables of the cluster are missing.
 */
export const runners = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const [known] = yield* sql<{ readonly is: boolean }>`
    SELECT to_regclass('cluster_runners') IS NOT NULL AS is`;
  if (known?.is !== true) return 0;
  const [row] = yield* sql<{ readonly count: number }>`
    SELECT count(*)::integer AS count FROM cluster_runners
    WHERE healthy AND last_heartbeat > now()::timestamp - ${expiration}::interval`;
  return row?.count ?? 0;
});

/** Asks for work, and does none. */
export const client = ClusterWorkflowEngine.layer.pipe(
  Layer.provideMerge(
    NodeClusterSocket.layer({ clientOnly: true, storage: "sql", shardingConfig: timings }),
  ),
);
