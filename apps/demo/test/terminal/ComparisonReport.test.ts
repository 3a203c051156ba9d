import { assert, describe, it } from "@effect/vitest";
import { RunId } from "@scorecard-effect/contract";
import { join } from "../../src/analysis/Comparison.ts";
import * as ComparisonReport from "../../src/terminal/ComparisonReport.ts";

const runs = { baselineId: RunId.make("1"), candidateId: RunId.make("2") };
const empty = join().comparison();

describe("A report on two runs", () => {
  it("has a document of the comparison and the runs' ids, and of nothing else", () => {
    const source = { ...runs, description: "a source", tags: [], redact: (text: string) => text };
    assert.deepStrictEqual(Object.keys(ComparisonReport.document(empty, source)), [
      "baselineId",
      "candidateId",
      "baseline",
      "candidate",
      "paired",
      "reduction",
      "tested",
      "testedInSlices",
      "metrics",
      "slicedBy",
      "gates",
    ]);
    const { tags } = ComparisonReport.document(empty, { ...source, tags: ["urgent"] });
    assert.deepStrictEqual(tags, ["urgent"]);
  });

  it("reports that no metric scored both runs", () => {
    assert.include(ComparisonReport.text(empty, runs, 3), "No metric scored both runs.");
  });
});
