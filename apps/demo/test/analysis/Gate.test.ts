import { assert, describe, it } from "@effect/vitest";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Struct } from "effect";
import { tally } from "../../src/analysis/Summary.ts";
import * as Gate from "../../src/analysis/Gate.ts";

const run = FakeRun.make({ records: 500 });
const folded = tally();
folded.add({ records: Array.from({ length: 500 }, (_, index) => run.record(index)) });
const summary = folded.summary();
const [pass, mean] = summary.metrics;
const nothing = tally().summary();

const judge = (figure: Gate.Gate["figure"], metric: string, least: number, of = summary) =>
  Gate.judge({ figure, metric, least }, of);

describe("A gate", () => {
  it("passes at exactly the figure, and fails just above it", () => {
    const rate = pass?.passRate ?? Number.NaN;
    assert.deepInclude(judge("pass rate", "6f1a5c0e", rate), { found: rate, isKept: true });
    assert.isTrue(judge("mean", "b84e2f97", mean?.mean ?? Number.NaN).isKept);
    const failed = judge("pass rate", "6f1a5c0e", rate + 1e-6);
    assert.isFalse(failed.isKept);
    assert.match(failed.says, /^pass rate of 6f1a5c0e-\S+ is 0\.8\d{3,5}, 0\.000001/);
  });

  it("with a most passes at exactly the figure, and fails just below it", () => {
    const value = mean?.mean ?? Number.NaN;
    const most = (bound: number) =>
      Gate.judge({ figure: "mean", metric: "b84e2f97", most: bound }, summary);
    assert.deepInclude(most(value), { found: value, isKept: true });
    assert.isFalse(most(value - 1e-6).isKept);
    assert.match(most(3).says, /^mean of b84e2f97-\S+ is \d\.\d+, \d\.\d+ above 3$/);
    const sums = {
      ...summary,
      metrics: summary.metrics.map((own) => ({ ...own, mean: 0.1 + 0.2 })),
    };
    assert.isTrue(Gate.judge({ figure: "mean", metric: "b84e2f97", most: 0.3 }, sums).isKept);
  });

  it("judges one member of a metric's scores", () => {
    const verdict = judge("mean", "1C3D8E65/precision", 0.1);
    assert.isTrue(verdict.isKept);
    assert.match(verdict.says, /^mean of 1c3d8e65-\S+\/precision is 0\.\d+, at least 0\.1$/);
  });

  it("does not fail by the rounding of floating-point arithmetic", () => {
    const metrics = summary.metrics.map((own) => ({ ...own, mean: 0.3 - 2 ** -54 }));
    const sums = { ...summary, metrics };
    assert.isTrue(judge("mean", "b84e2f97", 0.1 + 0.2, sums).isKept);
  });

  it("reports by how much it fails", () => {
    assert.match(
      judge("mean", "b8", 4.5).says,
      /^mean of b84e2f97-\S+ is (3\.\d+, 0\.\d+|4(\.\d+)?, 0\.\d+) below 4\.5$/,
    );
  });

  it.each([
    [judge("pass rate", "ffff", 0), "no score of a metric ffff"],
    [judge("pass rate", "6f1a5c0e", 0, nothing), "no score of a metric 6f1a5c0e"],
    [judge("mean", "6f1a5c0e", 0), "no mean: its scores are of kind boolean"],
    [judge("pass rate", "b84e2f97", 0), "no pass rate: its scores are of kind number"],
    [judge("pass rate", "1c3d8e65", 0), "its scores are of kind number"],
    [judge("mean", "1c3d8e65", 0), "choose 1c3d8e65/f1_score or 1c3d8e65/precision or"],
    [judge("mean", "1c3d8e65/accuracy", 0), "have no member accuracy"],
    [judge("pass rate", "", 0), "the ids of 4 metrics start with"],
    [
      judge("mean", "b84e2f97", 0, {
        ...summary,
        metrics: summary.metrics.map((metric) => Struct.omit(metric, ["mean"])),
      }),
      "it overflows",
    ],
  ])("fails where there is nothing to measure: %#", (verdict, says) => {
    assert.isFalse(verdict.isKept);
    assert.isUndefined(verdict.found);
    assert.include(verdict.says, says);
  });
});
