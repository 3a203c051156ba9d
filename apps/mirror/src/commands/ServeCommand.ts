/** `mirror serve`: a runner. */
import { port, wholeNumber } from "@scorecard-effect/contract/cli/Flags";
import { Cron, Effect, Layer, Option } from "effect";
import { Command, Flag } from "effect/cli";
import * as Health from "../fleet/Health.ts";
import * as RateLimitedClient from "../fleet/RateLimitedClient.ts";
import * as Runner from "../fleet/Runner.ts";
import * as RunnerLog from "../fleet/RunnerLog.ts";
import * as Telemetry from "../fleet/Telemetry.ts";
import * as Capacity from "../run/Capacity.ts";
import * as Policy from "../run/Policy.ts";
import * as Database from "../store/Database.ts";
import { duration } from "./DurationFlag.ts";
import * as Flags from "./Flags.ts";
import * as Termination from "./Termination.ts";

export const serveCommand = Command.make(
  "serve",
  {
    host: Flag.String("host").pipe(
      Flag.withDescription(
        "The address at which the other runners reach this one (default 127.0.0.1)",
      ),
      Flag.withDefault("127.0.0.1"),
    ),
    port: port("port", { min: 1, description: "The port to listen on (default 34431)" }).pipe(
      Flag.withDefault(34431),
    ),
    health: port("health", {
      min: 1,
      description: "Serve /health/live and /health/ready on this port of the same host",
    }).pipe(Flag.optional),
    limit: Flags.limit,
    refresh: Flag.String("refresh").pipe(
      Flag.withMetavar("CRON"),
      Flag.withDescription(
        `When to start complete runs again that may have changed (default ${Runner.defaultRefresh})`,
      ),
      Flag.withDefault(Runner.defaultRefresh),
      Flag.mapTryCatch(
        (expression) => {
          const cron = Cron.parseUnsafe(expression);
          // Throws for a time that never comes, such as the 30th of February.
          Cron.next(cron);
          return cron;
        },
        () => `Expected a cron expression with a next time, such as ${Runner.defaultRefresh}`,
      ),
    ),
    chunk: wholeNumber("chunk", {
      min: 1,
      metavar: "PAGES",
      description: `How many pages one activity of the workflow copies (default ${Capacity.defaults.chunk})`,
    }).pipe(Flag.withDefault(Capacity.defaults.chunk)),
    concurrency: wholeNumber("concurrency", {
      min: 1,
      metavar: "RUNS",
      description: `How many runs this runner reads at once (default ${Capacity.defaults.concurrency})`,
    }).pipe(Flag.withDefault(Capacity.defaults.concurrency)),
    connections: wholeNumber("connections", {
      min: 2,
      metavar: "N",
      description: `The most connections to the database that this runner opens (default ${Database.defaultConnections}). One of them holds its locks`,
    }).pipe(Flag.withDefault(Database.defaultConnections)),
    patience: duration(
      "patience",
      "How long a run is retried if the service sends no page, or refuses a key that it accepted before, until the run is parked (default 1h)",
    ).pipe(Flag.withDefault(Policy.defaults.patience)),
  },
  Effect.fn("mirror.serve")(function* ({ connections, health, limit, ...options }) {
    yield* Termination.isExpected;
    return yield* Layer.launch(
      Runner.layer(options).pipe(
        Layer.merge(
          Option.match(health, {
            onNone: () => Layer.empty,
            onSome: (healthPort) => Health.layer({ host: options.host, port: healthPort }),
          }),
        ),
        Layer.provide([Telemetry.layer, RateLimitedClient.layer(Option.getOrUndefined(limit))]),
        Layer.provide(Database.layerConfigWith({ connections })),
        Layer.provide(RunnerLog.layer),
      ),
    );
  }),
).pipe(Command.withDescription("Work as a runner until stopped. Start as many as you like"));
