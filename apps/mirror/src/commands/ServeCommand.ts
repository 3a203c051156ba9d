/** `mirror serve`: a runner. */
import { Cron, Effect, Layer, Option } from "effect";
import { Command, Flag } from "effect/cli";
import * as Health from "../fleet/Health.ts";
import * as RateLimitedClient from "../fleet/RateLimitedClient.ts";
import * as Runner from "../fleet/Runner.ts";
import * as RunnerLog from "../fleet/RunnerLog.ts";
import * as Telemetry from "../fleet/Telemetry.ts";
import * as Database from "../store/Database.ts";
import * as Flags from "./Flags.ts";

export const serveCommand = Command.make(
  "serve",
  {
    host: Flag.String("host").pipe(
      Flag.withDescription(
        "The address at which the other runners reach this one (default 127.0.0.1)",
      ),
      Flag.withDefault("127.0.0.1"),
    ),
    port: Flags.port("port").pipe(
      Flag.withDescription("The port to listen on (default 34431)"),
      Flag.withDefault(34431),
    ),
    health: Flags.port("health").pipe(
      Flag.withMetavar("PORT"),
      Flag.withDescription("Serve /health/live and /health/ready on this port of the same host"),
      Flag.optional,
    ),
    limit: Flags.limit,
    refresh: Flag.String("refresh").pipe(
      Flag.withMetavar("CRON"),
      Flag.withDescription(
        "When to start complete runs again that may have changed (default */5 * * * *)",
      ),
      Flag.withDefault("*/5 * * * *"),
      Flag.mapTryCatch(
        (expression) => {
          const cron = Cron.parseUnsafe(expression);
          // Throws for a time that never comes, such as the 30th of February.
          Cron.next(cron);
          return cron;
        },
        () => "Expected a cron expression with a next time, such as */5 * * * *",
      ),
    ),
    chunk: Flags.positiveInt("chunk").pipe(
      Flag.withDescription("How many pages one activity of the workflow copies (default 100)"),
      Flag.withDefault(100),
    ),
    concurrency: Flags.positiveInt("concurrency").pipe(
      Flag.withDescription("How many runs this runner reads at once (default 10)"),
      Flag.withDefault(10),
    ),
  },
  Effect.fn("mirror.serve")(function* ({ health, limit, ...options }) {
    return yield* Layer.launch(
      Runner.layer(options).pipe(
        Layer.merge(
          Option.match(health, {
            onNone: () => Layer.empty,
            onSome: (port) => Health.layer({ host: options.host, port }),
          }),
        ),
        Layer.provide([Telemetry.layer, RateLimitedClient.layer(Option.getOrUndefined(limit))]),
        Layer.provide(Database.layerConfig),
        Layer.provide(RunnerLog.layer),
      ),
    );
  }),
).pipe(Command.withDescription("Work as a runner until stopped. Start as many as you like"));
