/** The work of the demo's commands, without their terminals. */
import { Agent } from "@effect/platform-node/Undici";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { RunId } from "@scorecard-effect/contract";
import * as MetricKnowledge from "@scorecard-effect/demo/analysis/MetricKnowledge";
import * as SlicePath from "@scorecard-effect/demo/analysis/SlicePath";
import { tally } from "@scorecard-effect/demo/analysis/Summary";
import { exportRun } from "@scorecard-effect/demo/export/Export";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as ManagedRuntime from "effect/ManagedRuntime";
import * as Redacted from "effect/Redacted";
import * as Stream from "effect/Stream";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContenderContext } from "../harness/Bench.ts";
import { apiKey } from "../servers/ServedRun.ts";

type ReadRun = (runId: string, records: number) => Promise<void>;

const by = ["inputs.category", "inputs.language", "inputs.level"].flatMap((text) => {
  const path = SlicePath.parse(text);
  return "problem" in path ? [] : [path];
});

const connect = (baseUrl: string) =>
  ManagedRuntime.make(
    Layer.mergeAll(
      ScorecardClient.layer({ apiKey: Redacted.make(apiKey), baseUrl }).pipe(
        Layer.provide(UndiciTransport.layer(() => new Agent())),
      ),
      NodeServices.layer,
    ),
  );

const expect = (found: number, records: number): void => {
  if (found !== records) throw new Error(`${found} records, not ${records}`);
};

/** Reads the pages and does nothing with them. */
export const stream = (baseUrl: string): ReadRun => {
  const runtime = connect(baseUrl);
  return async (runId, records) => {
    let read = 0;
    await runtime.runPromise(
      Effect.flatMap(ScorecardClient, (client) =>
        client.listPages(RunId.make(runId)).pipe(
          Stream.runForEach((page) =>
            Effect.sync(() => {
              read += page.records.length;
            }),
          ),
        ),
      ),
    );
    expect(read, records);
  };
};

/** Folds the pages into figures. */
export const report = (baseUrl: string): ReadRun => {
  const runtime = connect(baseUrl);
  return async (runId, records) => {
    const run = tally({ worst: 3, by });
    await runtime.runPromise(
      Effect.flatMap(ScorecardClient, (client) =>
        client
          .listPages(RunId.make(runId))
          .pipe(Stream.runForEach((page) => Effect.sync(() => run.add(page)))),
      ),
    );
    const { slicedBy } = run.summary();
    for (const { slices } of slicedBy) {
      expect(
        slices.reduce((sum, slice) => sum + slice.records, 0),
        records,
      );
    }
  };
};

/** Exports the run to a file. */
export const exportTo = async (
  baseUrl: string,
  { atEnd }: ContenderContext,
  extension: "jsonl" | "csv" | "parquet",
): Promise<ReadRun> => {
  const runtime = connect(baseUrl);
  const folder = await mkdtemp(join(tmpdir(), "bench-export-"));
  atEnd(() => rm(folder, { recursive: true }));
  const isTable = extension !== "jsonl";
  return async (runId, records) => {
    const exported = await runtime.runPromise(
      exportRun(
        {
          runId: RunId.make(runId),
          tags: [],
          identity: "bench",
          redact: (text) => text,
        },
        {
          to: join(folder, `run.${extension}`),
          isForExcel: false,
          by: isTable ? by : [],
          trials: isTable,
          reduction: undefined,
          knowledge: MetricKnowledge.nothing,
          resume: false,
          overwrite: true,
          onPage: () => Effect.void,
          onKept: () => Effect.void,
        },
      ),
    );
    expect(exported.records, records);
  };
};
