import { assert, describe, it } from "@effect/vitest";
import type { RecordWithScores } from "@scorecard-effect/contract";
import { Arbitraries, FakeRun } from "@scorecard-effect/fixtures";
import { Result } from "effect";
import * as ScoreRow from "../src/ScoreRow.ts";

// The same values every time; a failure prints a replay token.
const checked = { arbitrary: { seed: 1, runs: 100 } };

const idsOf = (records: ReadonlyArray<RecordWithScores>) =>
  records.flatMap(({ id, scores }) =>
    scores.map(({ metricConfigId }) => ({ recordId: id, metricConfigId })),
  );

describe("Score rows", () => {
  it.prop(
    "of any page are all of its scores, in order",
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
    "are refused for a page with one mistake, which is named",
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
    "are refused for whatever else a service may say",
    { body: Arbitraries.apiError },
    ({ body }) => Result.isFailure(ScoreRow.fromBody(body)),
    checked,
  );

  it("have a number for every score of a usual shape", () => {
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
