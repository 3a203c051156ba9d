import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import type { Row } from "../../src/explore/ExploreProtocol.ts";
import * as RowCache from "../../web/worker/RowCache.ts";

const rowOf = (index: number): Row => ({
  id: String(index),
  testcaseId: null,
  input: "",
  output: "",
  cells: [],
});

/** A cache of four rows, of a source with ten records, and what it asked for. */
const cache = () => {
  const asked: Array<ReadonlyArray<number>> = [];
  const { put, rows } = RowCache.make((_, indexes) => {
    asked.push(indexes);
    return Promise.resolve(indexes.map((index) => (index < 10 ? rowOf(index) : null)));
  }, 4);
  const idsOf = (...indexes: ReadonlyArray<number>) =>
    Effect.map(
      Effect.promise(() => rows(0, indexes)),
      (found) => found.map((row) => row?.id),
    );
  return { asked, put, idsOf };
};

describe("The rows of the page's worker", () => {
  it.effect("are asked for once, and forgotten where others were used later", () =>
    Effect.gen(function* () {
      const { asked, put, idsOf } = cache();
      put(0, 1, rowOf(1));
      assert.deepStrictEqual(yield* idsOf(0, 1, 2), ["0", "1", "2"]);
      assert.deepStrictEqual(yield* idsOf(2, 1), ["2", "1"]);
      assert.deepStrictEqual(asked, [[0, 2]]);
      // Of 0, 1 and 2, the first was used longest ago.
      assert.deepStrictEqual(yield* idsOf(3, 4), ["3", "4"]);
      assert.deepStrictEqual(yield* idsOf(1, 0), ["1", "0"]);
      assert.deepStrictEqual(asked, [[0, 2], [3, 4], [0]]);
    }),
  );

  it.effect("are asked for again where they were not there, and may be more than are kept", () =>
    Effect.gen(function* () {
      const { asked, idsOf } = cache();
      assert.deepStrictEqual(yield* idsOf(11, 5), [undefined, "5"]);
      assert.deepStrictEqual(yield* idsOf(5, 11), ["5", undefined]);
      assert.deepStrictEqual(yield* idsOf(0, 1, 2, 3, 4, 5), ["0", "1", "2", "3", "4", "5"]);
      assert.deepStrictEqual(asked, [[11, 5], [11], [0, 1, 2, 3, 4]]);
    }),
  );
});
