import { assert, describe, it } from "@effect/vitest";
import { type Cursor, RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Effect, Layer, Stream } from "effect";
import {
  HttpClient,
  HttpClientError,
  type HttpClientRequest,
  HttpClientResponse,
} from "effect/http";
import { ScorecardClient, type ListRecordsError } from "../src/index.ts";
import { random } from "./Random.ts";

// CI runs a tenth of the sizes; CHAOS=1 runs them in full.
const scale = process.env["CHAOS"] === "1" ? 1 : 0.1;

type Fault = (
  request: HttpClientRequest.HttpClientRequest,
  real: Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>,
) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>;

const answer =
  (
    status: number,
    body: () => string | ReadableStream<Uint8Array> | null,
    headers: Record<string, string> = {},
  ): Fault =>
  (request) =>
    Effect.sync(() =>
      HttpClientResponse.fromWeb(request, new Response(body(), { status, headers })),
    );
const nothing = () => null;
const brokenBody = () =>
  new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"data":[')),
    pull: (controller) => controller.error(new Error("connection reset")),
  });
const rewritten =
  (change: (page: { readonly [field: string]: unknown }) => unknown): Fault =>
  (request, real) =>
    Effect.map(
      Effect.flatMap(real, (response) => response.json),
      (page) => HttpClientResponse.fromWeb(request, Response.json(change(Object(page)))),
    );

/** What passes when it is asked again. */
const passing: ReadonlyArray<Fault> = [
  answer(500, () => '{"code":"INTERNAL_ERROR","message":"","details":{}}'),
  answer(502, () => "<html>"),
  answer(503, nothing, { "retry-after-ms": "1" }),
  answer(429, () => "{}", { "retry-after": "0" }),
  answer(408, nothing),
  answer(200, brokenBody),
  (request) =>
    Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.TransportError({ request, cause: new Error("reset") }),
      }),
    ),
  () => Effect.never,
];
/** What ends a listing with a typed error. */
const lasting: ReadonlyArray<Fault> = [
  answer(200, () => "<html>"),
  answer(200, () => "{}"),
  answer(404, () => "{}"),
  answer(401, nothing),
  rewritten((page) => ({ ...page, nextCursor: null, hasMore: true })),
  rewritten((page) => ({ ...page, hasMore: false, nextCursor: null })),
  rewritten((page) => ({ ...page, hasMore: undefined })),
  rewritten((page) => ({ ...page, data: [null] })),
];

/** The fake, with a third of its answers replaced by faults. */
const chaotic = (draw: () => number) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (real) =>
      HttpClient.make((request) => {
        const answered = real.execute(request);
        if (draw() >= 1 / 3) return answered;
        const faults = draw() < 0.9 ? passing : lasting;
        const fault = faults[Math.floor(draw() * faults.length)];
        return fault === undefined ? answered : fault(request, answered);
      }),
    ),
  );

/** Lists through chaos, resuming at each error's cursor, until the run is complete. */
const complete = (seed: number, run: FakeRun.FakeRun, pageSize: number, prefetch: number) => {
  const draw = random(seed);
  return Effect.gen(function* () {
    const client = yield* ScorecardClient;
    let next = 0;
    let cursor: Cursor | undefined;
    const errors: Array<ListRecordsError["_tag"]> = [];
    for (;;) {
      const end = yield* client
        .listRecords(run.runId, { pageSize, prefetch, cursor, delivered: next })
        .pipe(
          Stream.runForEach((record) =>
            Effect.sync(() => {
              if (record.id !== run.record(next).id) {
                assert.fail(`seed ${seed}: record ${next} came as ${record.id}`);
              }
              next += 1;
            }),
          ),
          Effect.match({ onFailure: (error) => error, onSuccess: () => undefined }),
        );
      if (end === undefined) {
        break;
      }
      errors.push(end._tag);
      cursor = end.cursor;
      assert.isBelow(errors.length, 100_000);
    }
    return { delivered: next, errors };
  }).pipe(
    Effect.provide(
      Layer.effect(
        ScorecardClient,
        Effect.gen(function* () {
          const { apiKey, baseUrl } = yield* FakeScorecard;
          const layer = ScorecardClient.layer({
            apiKey,
            baseUrl,
            timeout: 20,
            retry: { attempts: 4, baseDelay: 0 },
          });
          return yield* Effect.provide(ScorecardClient, layer);
        }),
      ).pipe(Layer.provide(chaotic(draw)), Layer.provide(FakeScorecard.layer({ runs: [run] }))),
    ),
  );
};

describe("Chaos", () => {
  it.live(
    `lists ${100_000 * scale} records through faults on a third of the requests, each exactly once`,
    () =>
      Effect.gen(function* () {
        const run = FakeRun.make({ records: 100_000 * scale });
        const { delivered, errors } = yield* complete(1, run, 100, 1);
        assert.strictEqual(delivered, run.size);
        assert.isAtMost(errors.length, run.size / 100);
      }),
    { timeout: 300_000 },
  );

  it.live(
    `does so for ${1000 * scale} seeds, page sizes and depths of prefetch`,
    () =>
      Effect.gen(function* () {
        let failed = 0;
        for (let seed = 1; seed <= 1000 * scale; seed += 1) {
          const run = FakeRun.make({
            seed,
            records: 60 + (seed % 40),
            runId: RunId.make(`${seed}`),
          });
          const { delivered, errors } = yield* complete(seed, run, 3 + (seed % 7), seed % 4);
          assert.strictEqual(delivered, run.size, `seed ${seed}`);
          failed += errors.length;
        }
        // The faults that end a listing did occur.
        assert.isAbove(failed, 100 * scale);
      }),
    { timeout: 300_000 },
  );
});
