/** `mirror serve`: a runner. */
import { Effect, Layer, Option } from "effect";
import * as Health from "../fleet/Health.ts";
import * as Neighbours from "../fleet/Neighbours.ts";
import * as RateLimitedClient from "../fleet/RateLimitedClient.ts";
import * as Runner from "../fleet/Runner.ts";
import * as RunnerLog from "../fleet/RunnerLog.ts";
import * as Telemetry from "../fleet/Telemetry.ts";
import * as Connection from "./Connection.ts";
import type * as Parameters from "./Parameters.ts";
import * as Termination from "./Termination.ts";

export const serve = Effect.fn("mirror.serve")(function* ({
  connections,
  health,
  host: registered,
  limit,
  ...options
}: Parameters.Values<typeof Parameters.serve>) {
  yield* Termination.isExpected;
  const host = registered === "auto" ? Neighbours.ownAddress() : registered;
  return yield* Layer.launch(
    Runner.layer({ ...options, host }).pipe(
      Layer.merge(
        Option.match(health, {
          onNone: () => Layer.empty,
          onSome: (healthPort) => Health.layer({ host, port: healthPort }),
        }),
      ),
      Layer.provide([Telemetry.layer, RateLimitedClient.layer(Option.getOrUndefined(limit))]),
      Layer.provide(Connection.runnerDatabase(host, { connections })),
      Layer.provide(RunnerLog.layer),
    ),
  );
});
