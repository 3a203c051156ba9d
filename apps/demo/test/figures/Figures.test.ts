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
    [0.9 - 0.8999999, "1e-7"],
    [0.000575 - 0.0005, "0.000075"],
    [1.23456789e-9, "1.23457e-9"],
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

  it.each([
    ["s", 1.25, "1.25 s", "1.25 ± 0.5 s", "−0.5 to 1.25 s", "+0.5 s", "−0.5 to +1.25 s"],
    [
      "ms",
      1234.5,
      "1,234.5 ms",
      "1,234.5 ± 0.5 ms",
      "−0.5 to 1,234.5 ms",
      "+0.5 ms",
      "−0.5 to +1,234.5 ms",
    ],
    [
      "USD",
      0.00043,
      "$0.00043",
      "$0.00043 ± $0.5",
      "−$0.5 to $0.00043",
      "+$0.5",
      "−$0.5 to +$0.00043",
    ],
    ["%", 3.94, "3.94%", "3.94% ± 0.5%", "−0.5% to 3.94%", "+0.5 points", "−0.5 to +3.94"],
    [
      "tokens",
      1,
      "1 token",
      "1 ± 0.5 tokens",
      "−0.5 to 1 tokens",
      "+0.5 tokens",
      "−0.5 to +1 tokens",
    ],
    [
      "tokens",
      1234,
      "1,234 tokens",
      "1,234 ± 0.5 tokens",
      "−0.5 to 1,234 tokens",
      "+0.5 tokens",
      "−0.5 to +1,234 tokens",
    ],
    ["°C", -1, "−1 °C", "−1 ± 0.5 °C", "−0.5 to −1 °C", "+0.5 °C", "−0.5 to −1 °C"],
  ])("of a number in %s: %d", (unit, n, value, spread, interval, difference, differences) => {
    const format = figureFormat("number", unit);
    const bounds = { lower: -0.5, upper: n };
    assert.deepStrictEqual(
      [
        format.value(n),
        format.spread(n, 0.5),
        format.interval(bounds),
        format.difference(0.5),
        format.differenceInterval(bounds),
      ],
      [value, spread, interval, difference, differences],
    );
  });

  it("of a number with a unit differ where the numbers do, and are none where there is none", () => {
    const { pair, value } = figureFormat("number", "USD");
    assert.deepStrictEqual(pair(0.00430001, 0.00430002), ["$0.00430001", "$0.00430002"]);
    assert.strictEqual(value(Number.NaN), "–");
    assert.strictEqual(figureFormat("boolean", "s").value(0.5), "50%");
  });

  it("of named metrics are labelled by their names, with members where a name has several", () => {
    const a = "11111111-0000";
    const b = "22222222-0000";
    const given = new Map([
      [`${a}/x`, "Tone"],
      [`${a}/y`, "Tone"],
      [`${b}/x`, "Cost"],
    ]);
    const keys = [...given.keys(), `${b}/y`, "33333333-0000/z"];
    assert.deepStrictEqual(
      [...markedLabels(keys, given).values()],
      ["Tone x", "Tone y", "Cost", "22222222…", "33333333…"],
    );
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
