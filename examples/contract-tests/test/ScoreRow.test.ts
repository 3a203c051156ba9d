import { assert, describe, it } from "@effect/vitest";
import type { RecordWithScores } from "@scorecard-effect/contract";
import { Arbitraries, FakeRun } from "@scorecard-effect/fixtures";
import { Result } from "effect";
import * as ScoreRow from "../src/ScoreRow.ts";

// A fixed seed gives the same values every time. A failure prints a replay token.
const checked = { arbitrary: { seed: 1, runs: 100 } };

const idsOf = (records: ReadonlyArray<RecordWithScores>) =>
  records.flatMap(({ id, scores }) =>
    scores.map(({ metricConfigId }) => ({ recordId: id, metricConfigId })),
  );

describe("Score rows", () => {
  it.prop(
    "hold all scores of any page, in order",
    { page: Arbitraries.page },
    ({ page }) => {
      const rows = Result.getOrThrow(ScoreRow.fromBody(page));
      assert.deepStrictEqual(
        rows.map(({ recordId, metricConfigId }) => ({ recordId, metricConfigId })),
        idsOf(page.data),
      );
    },
    checked,
  );

  it.prop(
    "are refused for a page with one mistake, with its path",
    { miss: Arbitraries.invalidPage },
    ({ miss: { rule, path, value } }) => {
      const refusal = Result.getOrThrow(Result.flip(ScoreRow.fromBody(value)));
      assert.deepStrictEqual(
        refusal.issues.map((issue) => issue.path),
        [path],
        rule,
      );
    },
    checked,
  );

  it.prop(
    "are refused for the body of an error",
    { body: Arbitraries.apiError },
    ({ body }) => Result.isFailure(ScoreRow.fromBody(body)),
    checked,
  );

  it("have a number for every score in a documented form", () => {
    const run = FakeRun.make({ records: 2000, invalidScores: 0.05, oddKeys: 0.1 });
    const data = Array.from({ length: run.size }, (_, index) => run.record(index));
    const rows = Result.getOrThrow(
      ScoreRow.fromBody({ data, nextCursor: null, hasMore: false, total: run.size }),
    );
    assert.deepStrictEqual(
      rows.map(({ recordId, metricConfigId }) => ({ recordId, metricConfigId })),
      idsOf(data),
    );
    const unusual = rows.filter(({ value, isValid }) => value === null && isValid);
    assert.deepStrictEqual(
      new Set(unusual.map(({ metricConfigId }) => metricConfigId)),
      new Set([FakeRun.metrics.overlap]),
    );
    const invalid = rows.filter(({ isValid }) => !isValid);
    assert.approximately(invalid.length / rows.length, 0.05, 0.01);
  });
});
