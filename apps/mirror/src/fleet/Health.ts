/** The health endpoints of a runner, for what supervises it: whether it is alive, and whether it can work. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer";
import { Effect, Layer } from "effect";
import { HttpRouter, HttpServerResponse } from "effect/http";
import { SqlClient } from "effect/sql";
import { createServer } from "node:http";
import * as Address from "./Address.ts";

const databaseTimeout = "2 seconds";

const routes = (sql: SqlClient.SqlClient) => {
  const ready = sql`SELECT 1`.pipe(
    Effect.timeout(databaseTimeout),
    Effect.as(HttpServerResponse.text("ok")),
    Effect.tapError((error) => Effect.logWarning("The database does not answer", error.message)),
    Effect.orElseSucceed(() =>
      HttpServerResponse.text("the database does not answer", { status: 503 }),
    ),
  );
  return HttpRouter.addAll([
    HttpRouter.route("GET", "/health/live", HttpServerResponse.text("ok")),
    HttpRouter.route("GET", "/health/ready", ready),
  ]);
};

/** Serves `/health/live` and `/health/ready`. */
export const layer = (
  address: Address.Address,
): Layer.Layer<never, Address.AddressUnavailable, SqlClient.SqlClient> =>
  Layer.unwrap(
    Effect.map(SqlClient.SqlClient, (sql) =>
      HttpRouter.serve(routes(sql), { disableLogger: true, disableListenLog: true }),
    ),
  ).pipe(
    Layer.provide(NodeHttpServer.layer(createServer, address)),
    Layer.catchTag("ServeError", ({ cause }) =>
      Layer.effectDiscard(Effect.fail(Address.unavailable(address, "--host and --health", cause))),
    ),
  );
