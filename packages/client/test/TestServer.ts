import { Effect } from "effect";
import { createServer, type RequestListener } from "node:http";

/** Starts a server on a free port of the loopback interface, until the scope closes. Returns its base URL. */
export const serve = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly baseUrl: string; readonly close: Effect.Effect<void> }>((resume) => {
      const server = createServer(listener).listen(0, "127.0.0.1", () => {
        const address = server.address();
        const port = typeof address === "object" ? address?.port : undefined;
        const close = Effect.sync(() => {
          server.closeAllConnections();
          server.close();
        });
        resume(Effect.succeed({ baseUrl: `http://127.0.0.1:${port}`, close }));
      });
    }),
    ({ close }) => close,
  ).pipe(Effect.map(({ baseUrl }) => baseUrl));
