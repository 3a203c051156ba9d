import { assert, describe, it } from "@effect/vitest";
import { Arbitrary, Effect, Schema } from "effect";
import { ascendingPlaces } from "../../../src/analysis/statistics/AscendingPlaces.ts";

const AnyNumber = Schema.Union([
  Schema.Finite,
  Schema.Literals([0, -0, 1, -1, 2 ** 40, Number.MIN_VALUE, -Number.MIN_VALUE]),
  Schema.Literals(["NaN"]),
]);

describe("The places of numbers in ascending order", () => {
  it.effect.prop(
    "are those of a stable sort by comparison, NaN last",
    { drawn: Arbitrary.schema(Schema.Array(AnyNumber)) },
    ({ drawn }) =>
      Effect.sync(() => {
        const numbers = drawn.map(Number);
        const expected = Array.from(numbers.keys()).toSorted((a, b) => {
          const [left = 0, right = 0] = [numbers[a], numbers[b]];
          if (Number.isNaN(left) || Number.isNaN(right)) {
            return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
          }
          return left < right ? -1 : left > right ? 1 : a - b;
        });
        assert.deepStrictEqual(Array.from(ascendingPlaces(Float64Array.from(numbers))), expected);
      }),
  );
});
