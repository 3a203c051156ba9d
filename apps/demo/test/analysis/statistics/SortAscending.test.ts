import { assert, describe, it } from "@effect/vitest";
import { sortAscending } from "../../../src/analysis/statistics/SortAscending.ts";

/** Numbers of all kinds, the same in each run. */
const numbersOf = (length: number): Float64Array<ArrayBuffer> => {
  const special = [0, -0, 1e308, -1e308, 5e-324, -5e-324, Infinity, -Infinity, 1, 0.1];
  let seed = 7;
  return Float64Array.from({ length }, (_, index) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % 3 === 0 ? (special[index % special.length] ?? 0) : seed / 1000 - 1e6;
  });
};

describe("Numbers", () => {
  it("are sorted as the platform sorts them, few and many", () => {
    for (const length of [0, 1, 2, 100, 32_767, 32_768, 50_000]) {
      const numbers = numbersOf(length);
      const expected = numbers.toSorted();
      sortAscending(numbers);
      assert.isTrue(numbers.every((own, index) => Object.is(own, expected[index])));
    }
  });

  it("are sorted where all are the same, or only their ends differ", () => {
    for (const last of [1, 1 + Number.EPSILON, 2]) {
      const numbers = new Float64Array(40_000).fill(1);
      numbers[0] = last;
      sortAscending(numbers);
      assert.strictEqual(numbers[39_999], last);
      assert.isTrue(numbers.subarray(0, 39_999).every((own) => own === 1));
    }
  });

  it("are sorted within a part of a buffer", () => {
    const numbers = numbersOf(50_000);
    const before = numbers.slice();
    const part = numbers.subarray(1000, 49_000);
    sortAscending(part);
    assert.deepStrictEqual(part, before.slice(1000, 49_000).toSorted());
    assert.deepStrictEqual(numbers.slice(0, 1000), before.slice(0, 1000));
    assert.deepStrictEqual(numbers.slice(49_000), before.slice(49_000));
  });
});
