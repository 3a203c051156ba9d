import { assert, describe, it } from "@effect/vitest";
import { Effect, Schema } from "effect";
import * as Histogram from "../../src/analysis/Histogram.ts";

const binsOf = (values: ReadonlyArray<number>) => {
  const histogram = Histogram.make();
  for (const value of values) histogram.add(value);
  return histogram.bins();
};
const steps = (count: number, by: number) =>
  Array.from({ length: count + 1 }, (_, index) => index / by);

describe("A histogram", () => {
  it("of nothing has no bars", () => {
    assert.deepStrictEqual(binsOf([]), []);
  });

  it("gives a few numbers a bar each, and a scale of whole numbers all its bars", () => {
    assert.deepStrictEqual(
      binsOf([5, 1, 2, 5]).map(({ lower, upper, isClosed, count }) => [
        lower,
        upper,
        isClosed,
        count,
      ]),
      [
        [1, 1, true, 1],
        [2, 2, true, 1],
        [3, 3, true, 0],
        [4, 4, true, 0],
        [5, 5, true, 2],
      ],
    );
    assert.deepStrictEqual(
      binsOf([0.5, 0.25, 0.5]).map(({ lower, count }) => [lower, count]),
      [
        [0.25, 1],
        [0.5, 2],
      ],
    );
    assert.lengthOf(binsOf([0, -0]), 1);
    assert.lengthOf(binsOf([1, 1e9]), 2);
  });

  it("divides a scale from 0 to 1 at decimals, both ends included", () => {
    const bins = binsOf(steps(1000, 1000));
    assert.deepStrictEqual(
      bins.map(({ lower }) => lower),
      steps(19, 20),
    );
    assert.deepStrictEqual(
      bins.map(({ count }) => count),
      [...Array.from({ length: 19 }, () => 50), 51],
    );
    assert.deepInclude(bins.at(-1), { upper: 1, isClosed: true });
  });

  const maxLength = Schema.isMaxLength(200);
  it.effect.prop(
    "puts every number into exactly one bar, in any order of the numbers",
    {
      wide: Schema.Array(Schema.Finite).check(maxLength),
      narrow: Schema.Array(
        Schema.Int.check(Schema.isBetween({ minimum: -5000, maximum: 5000 })),
      ).check(maxLength),
    },
    ({ wide, narrow }) =>
      Effect.sync(() => {
        for (const values of [wide, narrow, narrow.map((units) => units / 1000)]) {
          const bins = binsOf(values);
          assert.isAtMost(bins.length, Histogram.maxBins + 1);
          for (const bin of bins) {
            assert.lengthOf(
              values.filter((value) => Histogram.contains(bin, value)),
              bin.count,
            );
          }
          assert.strictEqual(
            bins.reduce((sum, { count }) => sum + count, 0),
            values.length,
          );
          assert.deepStrictEqual(binsOf(values.toReversed()), bins);
          assert.deepStrictEqual(binsOf(values.toSorted((a, b) => a - b)), bins);
        }
      }),
    { arbitrary: { runs: 300 } },
  );
});
