/**
 * The endpoints of a runner for what supervises it: whether it is alive, whether it can work, and its metrics for
 * Prometheus.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer";
import { Context, Effect, Layer } from "effect";
import { HttpRouter, HttpServerResponse } from "effect/http";
import { PrometheusMetrics } from "effect/observability";
import { SqlClient } from "effect/sql";
import { createServer } from "node:http";
import * as FailureText from "../store/FailureText.ts";
import type { SchemaName } from "../store/SchemaName.ts";
import * as Address from "./Address.ts";
import * as FleetMetrics from "./FleetMetrics.ts";

const databaseTimeout = "2 seconds";

const routes = (context: Context.Context<SqlClient.SqlClient | SchemaName>) => {
  const sql = Context.get(context, SqlClient.SqlClient);
  const ready = sql`SELECT 1`.pipe(
    Effect.timeout(databaseTimeout),
    Effect.as(HttpServerResponse.text("ok")),
    Effect.tapError((error) =>
      Effect.logWarning("The database does not answer:", FailureText.describe(error)),
    ),
    Effect.orElseSucceed(() =>
      HttpServerResponse.text("the database does not answer", { status: 503 }),
    ),
  );
  const metrics = FleetMetrics.update.pipe(
    Effect.andThen(PrometheusMetrics.format()),
    Effect.map((body) =>
      HttpServerResponse.text(body, { contentType: "text/plain; version=0.0.4; charset=utf-8" }),
    ),
    Effect.provideContext(context),
  );
  return HttpRouter.addAll([
    HttpRouter.route("GET", "/health/live", HttpServerResponse.text("ok")),
    HttpRouter.route("GET", "/health/ready", ready),
    HttpRouter.route("GET", "/metrics", metrics),
  ]);
};

/** Serves `/health/live`, `/health/ready` and `/metrics`. */
export const layer = (
  address: Address.Address,
): Layer.Layer<never, Address.AddressUnavailable, SqlClient.SqlClient | SchemaName> =>
  Layer.unwrap(
    Effect.map(Effect.context<SqlClient.SqlClient | SchemaName>(), (context) =>
      HttpRouter.serve(routes(context), { disableLogger: true, disableListenLog: true }),
    ),
  ).pipe(
    Layer.provide(NodeHttpServer.layer(createServer, address)),
    Layer.catchTag("ServeError", ({ cause }) =>
      Layer.effectDiscard(Effect.fail(Address.unavailable(address, "--host and --health", cause))),
    ),
  );
