/** `mirror serve`: a runner. */
import { Config, Effect, Layer, Option, Redacted } from "effect";
import * as FleetMetrics from "../fleet/FleetMetrics.ts";
import * as Health from "../fleet/Health.ts";
import * as Neighbours from "../fleet/Neighbours.ts";
import * as RateLimitedClient from "../fleet/RateLimitedClient.ts";
import * as Runner from "../fleet/Runner.ts";
import * as RunnerLog from "../fleet/RunnerLog.ts";
import * as Telemetry from "../fleet/Telemetry.ts";
import * as MemoryLimit from "../run/MemoryLimit.ts";
import * as ParkedHook from "../run/ParkedHook.ts";
import { WrongUse } from "./CommandError.ts";
import * as Connection from "./Connection.ts";
import type * as Parameters from "./Parameters.ts";
import * as Termination from "./Termination.ts";

const secretName = "MIRROR_HOOK_SECRET";

const hookSecret = Effect.flatMap(Config.option(Config.Redacted(secretName)), (secret) =>
  Option.isSome(secret) && Redacted.value(secret.value) !== ""
    ? Effect.succeed(secret.value)
    : Effect.fail(
        new WrongUse({ message: `${secretName} is not set: it signs the requests of --on-parked` }),
      ),
);

export const serve = Effect.fn("mirror.serve")(function* ({
  connections,
  health,
  host: registered,
  limit,
  logFormat,
  onParked,
  memory: requestedMemory,
  ...options
}: Parameters.Values<typeof Parameters.serve>) {
  yield* Termination.isExpected;
  const host = registered === "auto" ? Neighbours.ownAddress() : registered;
  const hook = Option.isSome(onParked)
    ? ParkedHook.layer({ url: onParked.value, secret: yield* hookSecret })
    : Layer.empty;
  const memory = Option.getOrElse(requestedMemory, MemoryLimit.ofContainer);
  return yield* Layer.launch(
    Runner.layer({ ...options, host, memory }).pipe(
      Layer.merge(
        Option.match(health, {
          onNone: () => Layer.empty,
          onSome: (healthPort) => Health.layer({ host, port: healthPort }),
        }),
      ),
      Layer.merge(FleetMetrics.layer),
      Layer.provide([
        hook,
        Telemetry.layer,
        RateLimitedClient.layer(Option.getOrUndefined(limit), memory),
      ]),
      Layer.provide(Connection.runnerDatabase(host, { connections })),
      Layer.provide(RunnerLog.layer(logFormat)),
    ),
  );
});
