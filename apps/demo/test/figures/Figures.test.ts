import { assert, describe, it } from "@effect/vitest";
import { figureFormat } from "../../src/figures/FigureFormat.ts";
import * as Figures from "../../src/figures/Figures.ts";
import { markedLabels, shortLabels } from "../../src/figures/MetricLabels.ts";
import { phrases } from "../../src/figures/ReadingProgress.ts";

describe("A figure", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [0.0004, "0.0004"],
    [0.000434, "0.000434"],
    [-0.0004, "−0.0004"],
    [5.551e-17, "5.55e-17"],
    [0.1 + 0.2, "0.3"],
    [0.99999, "1"],
    [3.944, "3.94"],
    [-3, "−3"],
    [1234.567, "1,234.57"],
    [999_999_999_999, "999,999,999,999"],
    [1e12, "1e12"],
    [1.234e12, "1.23e12"],
    [-1e300, "−1e300"],
    [Number.NaN, "–"],
    [Number.POSITIVE_INFINITY, "–"],
  ])("of a score reads %d as %s", (n, text) => {
    assert.strictEqual(Figures.number(n), text);
    assert.strictEqual(Figures.score(n), text);
  });

  it.each([
    [0, "0"],
    [-0, "0"],
    [0.0004, "+0.0004"],
    [-12.642, "−12.64"],
    [1e12, "+1e12"],
    [Number.NaN, "–"],
    [Number.POSITIVE_INFINITY, "–"],
  ])("of a difference reads %d as %s", (n, text) => {
    assert.strictEqual(Figures.signed(n), text);
  });

  it.each([
    [0, "0%"],
    [-0, "0%"],
    [0.0004, "0.04%"],
    [0.000004, "0.0004%"],
    [0.8659, "86.59%"],
    [0.999999, "99.99%"],
    [1, "100%"],
    [Number.NaN, "–"],
  ])("of a share reads %d as %s", (share, text) => {
    assert.strictEqual(Figures.percent(share), text);
  });

  it.each([
    [0, "0"],
    [-0, "0"],
    [999.6, "1,000"],
    [1e12, "1,000,000,000,000"],
    [Number.NaN, "–"],
  ])("of a count reads %d as %s", (n, text) => {
    assert.strictEqual(Figures.count(n), text);
    assert.strictEqual(Figures.plural(n, "retry", "retries"), `${text} retries`);
    assert.strictEqual(Figures.plural(1, "retry", "retries"), "1 retry");
  });

  it.each([
    [0, "0"],
    [0.865879, "0.865879"],
    [0.9 - 0.8999999, "1.0000000005838672e-7"],
    [-1234.5, "−1234.5"],
    [Number.NaN, "–"],
  ])("that misses a bound reads %d as %s", (n, text) => {
    assert.strictEqual(Figures.precise(n), text);
  });

  it.each([
    [0, "1 s", "0.0 s"],
    [-0, "1 s", "0.0 s"],
    [0.0004, "1 s", "0.0 s"],
    [59.4, "59 s", "59.4 s"],
    [59.6, "1 min 0 s", "59.6 s"],
    [59.96, "1 min 0 s", "1 min 0 s"],
    [125, "2 min 5 s", "2 min 5 s"],
    [3599.6, "1 h 0 min", "1 h 0 min"],
    [3780, "1 h 3 min", "1 h 3 min"],
    [1e12, "277,777,777 h 46 min", "277,777,777 h 46 min"],
    [Number.NaN, "–", "–"],
    [Number.POSITIVE_INFINITY, "–", "–"],
  ])("of a time reads %d s as %s left, and %s elapsed", (seconds, left, elapsed) => {
    assert.strictEqual(Figures.duration(seconds), left);
    assert.strictEqual(Figures.elapsed(seconds), elapsed);
  });

  it("of a pass rate is in percent, and its difference in points", () => {
    const rate = figureFormat("boolean");
    const mean = figureFormat("number");
    const interval = { lower: -0.1441, upper: 0.108 };
    assert.deepStrictEqual(
      [rate.value(0.5), rate.interval({ lower: 0.85, upper: 1 }), rate.difference(-0.1264)],
      ["50%", "85% to 100%", "−12.64 points"],
    );
    assert.strictEqual(rate.differenceInterval(interval), "−14.41 to +10.8");
    assert.deepStrictEqual(
      [mean.value(0.5), mean.interval(interval), mean.difference(0.5)],
      ["0.5", "−0.144 to 0.108", "+0.5"],
    );
    assert.strictEqual(mean.differenceInterval(interval), "−0.144 to +0.108");
  });
});

describe("The progress of a reading", () => {
  it("has a rate and a remaining time only where they are known", () => {
    const reading = { records: 1, pages: 1, total: 3781, seconds: 1 };
    assert.deepStrictEqual(phrases(reading), [
      "1 of 3,781 records (0%)",
      "1 page",
      "1 record/s",
      "1 h 3 min left",
    ]);
    assert.deepStrictEqual(phrases({ ...reading, seconds: 0 }), [
      "1 of 3,781 records (0%)",
      "1 page",
    ]);
    assert.deepStrictEqual(phrases({ ...reading, total: undefined, seconds: Number.NaN }), [
      "1 record",
      "1 page",
    ]);
    assert.deepStrictEqual(phrases({ ...reading, records: 4000, pages: undefined, seconds: 4 }), [
      "4,000 of 3,781 records (100%)",
      "1,000 records/s",
    ]);
    assert.deepStrictEqual(phrases({ records: 0, pages: 1, total: 0, seconds: 1 }), [
      "0 records",
      "1 page",
    ]);
  });
});

describe("The label of a metric", () => {
  it("has as few groups of the id as distinguish it from the others", () => {
    const ids = [
      "6f1a5c0e-8d1b-4a7e-9c55-0b6a4e1f2d31",
      "6f1a5c0e-8d1b-5a7e-9c55-0b6a4e1f2d31",
      "b84e2f97-3c60-4d2a-8f7e-51c9d0a7e642",
    ];
    assert.deepStrictEqual(Array.from(shortLabels(ids.slice(1)).values()), [
      "6f1a5c0e",
      "b84e2f97",
    ]);
    assert.deepStrictEqual(Array.from(markedLabels(ids).values()), [
      "6f1a5c0e-8d1b-4a7e…",
      "6f1a5c0e-8d1b-5a7e…",
      "b84e2f97-3c60-4d2a…",
    ]);
    assert.deepStrictEqual(Array.from(shortLabels(["a", "a"]).values()), ["a"]);
  });
});
