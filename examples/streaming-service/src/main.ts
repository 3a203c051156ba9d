/** The service: reads SCORECARD_API_KEY, SCORECARD_BASE_URL and PORT. */
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node";
import { Agent } from "@effect/platform-node/Undici";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { Config, Layer } from "effect";
import { HttpRouter } from "effect/http";
import { HttpApiBuilder } from "effect/http-api";
import { createServer } from "node:http";
import { FiguresApi } from "./FiguresApi.ts";
import * as FiguresHandlers from "./FiguresHandlers.ts";
import * as Telemetry from "./Telemetry.ts";

const Routes = HttpApiBuilder.layer(FiguresApi, { openapiPath: "/openapi.json" }).pipe(
  Layer.provide(FiguresHandlers.layer),
  // One limit for all listings together.
  Layer.provide(ScorecardClient.layerConfig({ rateLimit: { requests: 20, window: "1 second" } })),
  Layer.provide(UndiciTransport.layer(() => new Agent())),
);

const Server = NodeHttpServer.layerConfig(
  createServer,
  Config.all({
    host: Config.succeed("127.0.0.1"),
    port: Config.Port("PORT").pipe(Config.withDefault(3000)),
  }),
);

HttpRouter.serve(Routes).pipe(
  Layer.provide(Server),
  Layer.provide(Telemetry.layer),
  Layer.launch,
  NodeRuntime.runMain,
);
