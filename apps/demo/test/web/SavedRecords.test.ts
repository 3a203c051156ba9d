import { assert, describe, it } from "@effect/vitest";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect } from "effect";
import { deflateSync } from "node:zlib";
import * as MetricKnowledge from "../../src/analysis/MetricKnowledge.ts";
import * as Series from "../../src/analysis/Series.ts";
import * as HitCount from "../../src/explore/store/HitCount.ts";
import * as RecordLine from "../../src/explore/store/RecordLine.ts";
import * as RecordStore from "../../src/explore/store/RecordStore.ts";
import * as SavedRecords from "../../web/worker/SavedRecords.ts";

const run = FakeRun.make({ records: 40, preset: "chat" });

describe("The records of a saved report", () => {
  it.live("are found by the searches that find them in a session", () =>
    Effect.gen(function* () {
      const store = yield* RecordStore.make(1);
      const series = Series.make();
      const texts = [
        "Kelvin",
        "\u212Aelvin",
        "\u0130stanbul",
        "ZEBRA",
        "a zebra\nzone",
        "42 Zebras",
        "z\\ebra",
        "é",
      ];
      const lines = [...texts, ...texts].map((text, index) => {
        const record = run.record(index % 40);
        return RecordLine.write({ ...record, inputs: { text }, outputs: {}, scores: [] }, series);
      });
      store.add(0, lines);
      const saved = SavedRecords.make(["1"], series, MetricKnowledge.nothing, []);
      for (const from of [0, 6]) {
        const to = from === 0 ? 6 : lines.length;
        const text = deflateSync(lines.slice(from, to).join("")).toString("base64");
        saved.add({ run: 0, from, to, text });
      }
      const words = [
        "kelvin",
        "elvin",
        "istanbul",
        "stanbul",
        "zebra",
        "zeb",
        "42 z",
        "a zebra",
        "nzone",
        "\\",
        "é",
        "k",
      ];
      for (const terms of [...words.map((word) => [word]), ["zebra", "42"], ["text", "elv"]]) {
        for (const from of [0, 3, 9]) {
          const expected = yield* store.search({ terms, patterns: [] }, [from]);
          const found = yield* Effect.promise((signal) =>
            saved.search({ terms, patterns: [] }, [from], signal),
          );
          assert.deepStrictEqual(found, expected, `${terms.join(" ")} from ${from}`);
        }
      }
    }).pipe(Effect.scoped),
  );

  it.live("have the hits that a session counts, block by block", () =>
    Effect.gen(function* () {
      const store = yield* RecordStore.make(1);
      const series = Series.make();
      const lines = Array.from({ length: 40 }, (_, index) =>
        RecordLine.write(run.record(index), series),
      );
      store.add(0, lines);
      const saved = SavedRecords.make(["1"], series, MetricKnowledge.nothing, []);
      for (const from of [0, 15, 30]) {
        const to = Math.min(40, from + 15);
        const text = deflateSync(lines.slice(from, to).join("")).toString("base64");
        saved.add({ run: 0, from, to, text });
      }
      for (const search of [
        { terms: ["the", "a"], patterns: [] },
        { terms: [], patterns: ["\\b[a-f]\\w+"] },
      ]) {
        for (const from of [0, 20]) {
          const expected = yield* store.hits(search, [from], HitCount.maxHits);
          const found = yield* Effect.promise((signal) =>
            saved.hits(search, [from], HitCount.maxHits, signal),
          );
          assert.deepStrictEqual(found, expected);
          assert.isAbove(expected[0]?.records.length ?? 0, 0);
        }
      }
      const ids = [run.record(33).id, "no such id", run.record(2).id, run.record(33).id];
      assert.deepStrictEqual(yield* Effect.promise(() => saved.findAll(0, ids, 0)), [
        [2, 2],
        [33, 0],
        [33, 3],
      ]);
      assert.deepStrictEqual(store.findAll(0, ids, 3), [
        [33, 0],
        [33, 3],
      ]);
      assert.strictEqual(yield* Effect.promise(() => saved.find(0, run.record(17).id)), 17);
      assert.isNull(yield* Effect.promise(() => saved.find(0, "no such id")));
      // Blocks are counted whole.
      const [cut] = yield* Effect.promise((signal) =>
        saved.hits({ terms: ["e"], patterns: [] }, [0], 1, signal),
      );
      assert.strictEqual(cut?.to, 15);
    }).pipe(Effect.scoped),
  );
});
