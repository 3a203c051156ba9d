import { assert, it, layer } from "@effect/vitest";
import { type RecordWithScores, RunId } from "@scorecard-effect/contract";
import { ContractLaws, FakeRun } from "@scorecard-effect/fixtures";
import { Effect, Layer, Redacted } from "effect";
import { FetchHttpClient, HttpRouter, HttpServer } from "effect/http";
import * as Archive from "../src/Archive.ts";

const apiKey = Redacted.make("ak_archive_0123456789");
const server = { baseUrl: "http://archive.test", apiKey, runId: "135" };

const { baseline, candidate } = FakeRun.pair({
  records: 130,
  baselineId: RunId.make("135"),
  candidateId: RunId.make("136"),
});
const recordsOf = (run: FakeRun.FakeRun) =>
  Array.from({ length: run.size }, (_, index) => run.record(index));

// Reaches the archive in memory. A server on a port needs only its URL and an HttpClient such as FetchHttpClient.layer.
const reach = (records: ReadonlyArray<RecordWithScores>) =>
  FetchHttpClient.layer.pipe(
    Layer.provide(
      Layer.effect(
        FetchHttpClient.Fetch,
        Effect.acquireRelease(
          Effect.sync(() =>
            HttpRouter.toWebHandler(
              Archive.layer({ apiKey, records }).pipe(Layer.provide(HttpServer.layerServices)),
              { disableLogger: true },
            ),
          ),
          ({ dispose }) => Effect.promise(dispose),
        ).pipe(
          Effect.map(
            ({ handler }): typeof globalThis.fetch =>
              (input, init) =>
                handler(new Request(input, init)),
          ),
        ),
      ),
    ),
  );

const Archived = reach([...recordsOf(baseline), ...recordsOf(candidate)]);
// With the real clock, so that timeouts fire.
layer(Archived, { excludeTestServices: true })("The archive keeps", (served) => {
  for (const law of ContractLaws.laws) {
    served.effect(`${law.name}: ${law.statement}`, () => law.check(server, { otherRunId: "136" }));
  }
});

it.live("The archive keeps all laws for a run of one record", () =>
  Effect.gen(function* () {
    const report = yield* ContractLaws.check(server);
    assert.isTrue(report.isKept, ContractLaws.format(report));
    assert.strictEqual(report.records, 1);
  }).pipe(Effect.provide(reach([baseline.record(0)]))),
);
