/** The runners of a fleet and their clients: Effect's cluster, with the mirror's database as its storage. */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket";
import * as NodeCrypto from "@effect/platform-node/NodeCrypto";
import { Effect, Layer, Option } from "effect";
import {
  ClusterWorkflowEngine,
  RunnerAddress,
  ShardingConfig,
  SqlMessageStorage,
  SqlRunnerStorage,
} from "effect/cluster";
import { SqlClient } from "effect/sql";
import { createHash } from "node:crypto";
import { defaultSchema, SchemaName } from "../store/SchemaName.ts";
import * as Address from "./Address.ts";
import * as PatientStorage from "./PatientStorage.ts";

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

/**
 * What the names of the engine's tables begin with. The engine derives its advisory locks from it, and those hold for
 * the whole database: fleets in two schemas must not compete for them.
 */
export const tablePrefix = (schema: string): string =>
  schema === defaultSchema
    ? "cluster"
    : `cluster_${createHash("sha256").update(schema).digest("hex").slice(0, 8)}`;

/** Where the engine keeps messages, runners and locks: tables in the mirror's schema. */
const layerStorage = (config: Partial<ShardingConfig.ShardingConfig["Service"]>) =>
  Layer.unwrap(
    Effect.map(SchemaName, (schema) => {
      const options = { prefix: tablePrefix(schema) };
      return Layer.merge(
        PatientStorage.layer.pipe(
          Layer.provide(SqlMessageStorage.layerWith(options)),
          Layer.provide(NodeCrypto.layerDigest),
        ),
        // Its migrations fail where the role may not create tables: no command can handle that.
        Layer.orDie(SqlRunnerStorage.layerWith(options)),
      ).pipe(Layer.provide(ShardingConfig.layerFromEnv(config)));
    }),
  );

/** The workflow engine of a runner: it executes its share of the workflows. */
export const layerRunner = ({ host, port }: Address.Address) => {
  const shardingConfig = {
    ...timings,
    runnerAddress: Option.some(RunnerAddress.make(host, port)),
  };
  return ClusterWorkflowEngine.layer.pipe(
    Layer.provideMerge(NodeClusterSocket.layer({ storage: "byo", shardingConfig })),
    Layer.provideMerge(layerStorage(shardingConfig)),
    Layer.catchTag("SocketServerError", ({ cause }) =>
      Layer.effectContext(
        Effect.fail(Address.unavailable({ host, port }, "--host and --port", cause)),
      ),
    ),
  );
};

/** How many runners are alive. One that died is counted for some seconds more. */
export const countRunners = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const runners = `${tablePrefix(yield* SchemaName)}_runners`;
  // The first runner creates the table.
  const [table] = yield* sql<{ readonly exists: boolean }>`
    SELECT to_regclass(${runners}) IS NOT NULL AS exists`;
  if (table?.exists !== true) return 0;
  const [row] = yield* sql<{ readonly count: number }>`
    SELECT count(*)::integer AS count FROM ${sql(runners)}
    WHERE healthy AND last_heartbeat > now()::timestamp - ${lockExpiration}::interval`;
  return row?.count ?? 0;
});

/** The workflow engine of a command: it sends work to the runners and executes none. */
export const layerClient = ClusterWorkflowEngine.layer.pipe(
  Layer.provideMerge(
    NodeClusterSocket.layer({ clientOnly: true, storage: "byo", shardingConfig: timings }),
  ),
  Layer.provideMerge(layerStorage(timings)),
);
