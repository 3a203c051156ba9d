import { assert, it } from "@effect/vitest";
import { Context, Effect, Layer, Redacted } from "effect";
import { RunId } from "@scorecard-effect/contract";
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import * as ParkedHook from "../../src/run/ParkedHook.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";
import type { Progress } from "../../src/store/Progress.ts";

const runId = RunId.make("a/b ü");
const parked: Progress = {
  runId,
  generation: 2,
  scan: 3,
  state: "parked",
  cursor: null,
  pages: 4,
  records: 400,
  total: null,
  changed: 0,
  rescans: 0,
  stops: 1,
  unchanged: 0,
  quarantined: 0,
  pageBytes: null,
  stoppedAt: new Date(1_700_000_000_000),
  failingSince: null,
  retryAt: null,
  waitMillis: null,
  waits: 0,
  lastSuccessAt: null,
  lastChangedAt: null,
  nextRefreshAt: null,
  error: { _tag: "Unauthenticated", message: "The key is refused" },
};

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a stop to a server that responds with these statuses, one after the other. Returns what it received. */
const notify = (statuses: ReadonlyArray<number>, run: Progress = parked) =>
  Effect.acquireUseRelease(
    Effect.callback<{
      readonly url: string;
      readonly received: Array<Received>;
      readonly close: () => void;
    }>((resume) => {
      const received: Array<Received> = [];
      const server = createServer((request, response) => {
        let body = "";
        request.setEncoding("utf8").on("data", (text: string) => (body += text));
        request.on("end", () => {
          received.push({ headers: request.headers, body });
          response
            .writeHead(statuses[received.length - 1] ?? 200, { location: "/elsewhere" })
            .end();
        });
      }).listen(0, "127.0.0.1", () => {
        const address = server.address();
        const port = typeof address === "object" ? address?.port : 0;
        resume(
          Effect.succeed({
            url: `http://127.0.0.1:${port}/hook`,
            received,
            close: () => server.close(),
          }),
        );
      });
    }),
    ({ url, received }) =>
      Effect.gen(function* () {
        const hook = yield* ParkedHook.ParkedHook;
        assert.isTrue(hook.isConfigured);
        yield* hook.notify(runId, 2, 1);
        return received;
      }).pipe(
        Effect.provide([
          ParkedHook.layer({
            url: Redacted.make(url),
            secret: Redacted.make("of the hook"),
            retryDelay: "1 millis",
          }),
          Layer.mock(MirrorStore, { progress: () => Effect.succeed(run) }),
        ]),
      ),
    ({ close }) => Effect.sync(close),
  );

it.live("A hook is sent a signed POST when a run is parked", () =>
  Effect.gen(function* () {
    const [request, ...others] = yield* notify([204]);
    assert.deepStrictEqual(others, []);
    assert(request !== undefined);
    const { headers, body } = request;
    const timestamp = String(headers["x-mirror-timestamp"]);
    // As a receiver checks it.
    const expected = createHmac("sha256", "of the hook")
      .update(`${timestamp}.${body}`)
      .digest("hex");
    assert.strictEqual(headers["x-mirror-signature"], `sha256=${expected}`);
    assert.isBelow(Math.abs(Number(timestamp) - Date.now() / 1000), 60);
    assert.strictEqual(headers["content-type"], "application/json");
    assert.deepStrictEqual<unknown>(JSON.parse(body), {
      event: "run.parked",
      delivery: "a/b ü/2/1",
      run: "a/b ü",
      generation: 2,
      parkedAt: "2023-11-14T22:13:20.000Z",
      failingSince: null,
      records: 400,
      pages: 4,
      error: { message: "The key is refused", tag: "Unauthenticated" },
    });
  }),
);

it.live("A hook that does not take it now is retried, at most five times", () =>
  Effect.gen(function* () {
    assert.strictEqual((yield* notify([500, 429, 200])).length, 3);
    assert.strictEqual((yield* notify(Array.from({ length: 20 }, () => 503))).length, 6);
    // It refuses this request, or sends it elsewhere: a retry would change nothing.
    assert.strictEqual((yield* notify([400, 200])).length, 1);
    assert.strictEqual((yield* notify([302, 200])).length, 1);
  }),
);

it.live("A run that is no longer parked by this stop is not sent", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* notify([], { ...parked, state: "running" }), []);
    assert.deepStrictEqual(yield* notify([], { ...parked, stops: 2 }), []);
    assert.deepStrictEqual(yield* notify([], { ...parked, generation: 3 }), []);
    // Without a hook, nothing is configured.
    assert.isFalse(
      (yield* Effect.succeed(Context.get(Context.empty(), ParkedHook.ParkedHook))).isConfigured,
    );
  }),
);
