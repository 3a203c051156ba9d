import { assert, describe, it } from "@effect/vitest";
import { numberWithin, roomFor, signedWithin } from "../../web/components/NumberRoom.ts";

describe("A number in a narrow column", () => {
  it.each([
    // The largest number of the column, a number, and how it is shown.
    [1, 0.481, "0.481"],
    [1, 0.00831, "8e-3"],
    [39, -0.001, "−1e-3"],
    [39, -0.25, "−0.25"],
    [0.0145, 0.0000296, "0.0000296"],
    [0.0145, 0.0145, "0.0145"],
    [140, 12.46, "12.46"],
    [25_000, 2461.17, "2,461"],
    [25_000, 25_000, "25,000"],
    [2.3e301, 1.19e301, "1.2e301"],
    [2.3e301, 0, "0"],
  ])("of a column up to %d is no other: %d", (largest, n, expected) => {
    assert.strictEqual(numberWithin(n, roomFor(largest)), expected);
  });

  it.each([
    [0.0000594, "+5.9e-5"],
    [-0.0000594, "−5.9e-5"],
    [-2457.64, "−2,458"],
    [10.28, "+10.28"],
    [0, "0"],
  ])("keeps its sign: %d", (n, expected) => {
    assert.strictEqual(signedWithin(n, 7.5), expected);
  });
});
