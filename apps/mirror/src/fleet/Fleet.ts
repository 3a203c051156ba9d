/** The runners of a fleet and their clients: Effect's cluster, with the mirror's database as its storage. */
import { NodeClusterSocket } from "@effect/platform-node";
import { Effect, Layer, Option } from "effect";
import { ClusterWorkflowEngine, RunnerAddress, type ShardingConfig } from "effect/cluster";
import { SqlClient } from "effect/sql";
import * as Address from "./Address.ts";

// When a runner dies, its locks expire after nine seconds, and the others look for free shards every second.
const lockExpiration = "9 seconds";
const timings = {
  shardLockExpiration: lockExpiration,
  shardLockRefreshInterval: "2 seconds",
  refreshAssignmentsInterval: "1 second",
  entityMessagePollInterval: "1 second",
  runnerHealthCheckInterval: "3 seconds",
  entityTerminationTimeout: "5 seconds",
  // Few shards would distribute few, long runs unevenly.
  shardsPerGroup: 100,
} satisfies Partial<ShardingConfig.ShardingConfig["Service"]>;

/** The workflow engine of a runner: it executes its share of the workflows. */
export const layerRunner = ({ host, port }: Address.Address) =>
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

/** How many runners are alive. One that died is counted for some seconds more. */
export const countRunners = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  // The first runner creates the table.
  const [table] = yield* sql<{ readonly exists: boolean }>`
    SELECT to_regclass('cluster_runners') IS NOT NULL AS exists`;
  if (table?.exists !== true) return 0;
  const [row] = yield* sql<{ readonly count: number }>`
    SELECT count(*)::integer AS count FROM cluster_runners
    WHERE healthy AND last_heartbeat > now()::timestamp - ${lockExpiration}::interval`;
  return row?.count ?? 0;
});

/** The workflow engine of a command: it sends work to the runners and executes none. */
export const layerClient = ClusterWorkflowEngine.layer.pipe(
  Layer.provideMerge(
    NodeClusterSocket.layer({ clientOnly: true, storage: "sql", shardingConfig: timings }),
  ),
);
