import { assert, describe, it } from "@effect/vitest";
import { areSame, change } from "../src/metrics/FloatNoise.ts";

describe("Two numbers", () => {
  it.each([
    [0.1 + 0.2, 0.3],
    [1e-13 + 2e-13, 3e-13],
    [-(0.1 + 0.2), -0.3],
    [0, -0],
    [1e300 * (1 + 1e-15), 1e300],
  ])("are the same but for rounding: %d and %d", (a, b) => {
    assert.isTrue(areSame(a, b));
    assert.strictEqual(Math.abs(change(a, b)), 0);
  });

  it("are the same near zero where they belong to larger numbers", () => {
    const rest = 0.1 + 0.2 - 0.3;
    assert.isFalse(areSame(rest, 0));
    assert.isTrue(areSame(rest, 0, 1));
    assert.isFalse(areSame(1e-12, 2e-12, 1));
    // One huge number does not hide changes of small ones.
    assert.isFalse(areSame(0.001, 0.002, 1e300));
  });

  it.each([
    [0.3, 0.30000001],
    [1e-12, 1.101e-12],
    [0, 5e-324],
    [1e-300, 0],
    // Whole numbers are exact.
    [1_000_000_000_000_001, 1_000_000_000_000_002],
    [0.1, -0.1],
  ])("differ: %d and %d", (a, b) => {
    assert.isFalse(areSame(a, b));
    assert.strictEqual(change(a, b), b - a);
  });
});
