/** The runners of a fleet, and how they are reached: Effect's cluster, with the mirror's own database as its storage. */
import { NodeClusterSocket } from "@effect/platform-node";
import { Layer, Option } from "effect";
import { ClusterWorkflowEngine, RunnerAddress, type ShardingConfig } from "effect/cluster";

/** Where a runner listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

// What a runner was doing is taken over some ten seconds after it died: its locks expire by then, and the others look every second.
const timings = {
  shardLockExpiration: "9 seconds",
  shardLockRefreshInterval: "2 seconds",
  refreshAssignmentsInterval: "1 second",
  entityMessagePollInterval: "1 second",
  runnerHealthCheckInterval: "3 seconds",
  entityTerminationTimeout: "5 seconds",
  // Runs are few and long: each runner takes its share of them all the same.
  shardsPerGroup: 100,
} satisfies Partial<ShardingConfig.ShardingConfig["Service"]>;

/** Takes part in the work. */
export const runner = ({ host, port }: Address) =>
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
  );

/** Asks for work, and does none. */
export const client = ClusterWorkflowEngine.layer.pipe(
  Layer.provideMerge(
    NodeClusterSocket.layer({ clientOnly: true, storage: "sql", shardingConfig: timings }),
  ),
);
