import { assert, describe, it } from "@effect/vitest";
import { Cursor } from "@scorecard-effect/contract";
import { Option, Result } from "effect";
import * as CursorSet from "../src/CursorSet.ts";
import * as Pagination from "../src/Pagination.ts";

const page = (
  records: number,
  nextCursor: string | null,
  hasMore: boolean,
  total?: number,
): Pagination.Page => ({
  records: { length: records },
  nextCursor: nextCursor === null ? null : Cursor.make(nextCursor),
  hasMore,
  ...(total === undefined ? {} : { total }),
});

/** Walks scripted pages; gives the cursors that were asked for, and the verdict on the last page. */
const walk = (
  pages: ReadonlyArray<Pagination.Page>,
  options: {
    readonly cursor?: string;
    readonly delivered?: number;
    readonly verifyTotal?: boolean;
  } = {},
) => {
  const cursor = options.cursor === undefined ? undefined : Cursor.make(options.cursor);
  let state = Pagination.start({
    cursor,
    delivered: options.delivered,
    verifyTotal: options.verifyTotal ?? true,
  });
  const asked: Array<string | undefined> = [];
  for (const next of pages) {
    asked.push(state.cursor);
    const verdict = Pagination.step(state, next);
    if (Result.isFailure(verdict))
      return { asked, verdict: verdict.failure.reason, detail: verdict.failure.detail };
    if (Option.isNone(verdict.success)) return { asked, verdict: "end" };
    state = verdict.success.value;
  }
  return { asked, verdict: "more" };
};

describe("Pagination", () => {
  it("goes on only while hasMore is true", () => {
    assert.deepInclude(walk([page(2, "a", true), page(2, "b", true), page(1, null, false)]), {
      asked: [undefined, "a", "b"],
      verdict: "end",
    });
    assert.deepInclude(walk([page(2, "a", false), page(2, null, false)]), {
      asked: [undefined],
      verdict: "end",
    });
  });

  it("follows empty pages", () => {
    assert.deepInclude(walk([page(0, "a", true), page(0, "b", true), page(1, null, false, 1)]), {
      verdict: "end",
    });
  });

  it.each([null, "", "\ud800"])("takes nextCursor %j with hasMore for CursorMissing", (cursor) => {
    assert.deepInclude(walk([page(1, "a", true), page(1, cursor, true)]), {
      verdict: "CursorMissing",
    });
  });

  it.each([
    ["the cursor itself", ["a", "a"], undefined],
    ["an earlier cursor", ["a", "b", "c", "a"], undefined],
    ["the cursor that the listing began with", ["b", "s"], "s"],
  ] as const)("takes %s for CursorRepeated", (_, cursors, cursor) => {
    const pages = cursors.map((next) => page(1, next, true));
    const { asked, verdict, detail } = walk(pages, cursor === undefined ? {} : { cursor });
    assert.strictEqual(verdict, "CursorRepeated");
    assert.strictEqual(asked.length, cursors.length);
    assert.include(detail, JSON.stringify(cursors.at(-1)));
  });

  it("holds the last page's total against what was delivered", () => {
    assert.deepInclude(walk([page(2, "a", true, 9), page(1, null, false, 4)]), {
      verdict: "Incomplete",
      detail: "the listing ends after 3 of 4 records",
    });
    assert.deepInclude(walk([page(2, "a", true, 9), page(1, null, false, 3)]), { verdict: "end" });
    assert.deepInclude(walk([page(2, "a", true), page(1, null, false, 2)]), { verdict: "end" });
  });

  it("does not verify the total of a listing that resumes, or on request", () => {
    assert.deepInclude(walk([page(1, null, false, 4)], { cursor: "a" }), { verdict: "end" });
    assert.deepInclude(walk([page(1, null, false, 4)], { verifyTotal: false }), { verdict: "end" });
  });
});

describe("CursorSet", () => {
  it("holds what was added, keeps what it was, and copies nothing while it grows", () => {
    const cursors = Array.from({ length: 5000 }, (_, index) =>
      Cursor.make(`c${(index * 7919) % 5000}`),
    );
    let set = CursorSet.empty;
    for (const cursor of cursors) {
      const before = set;
      assert.isFalse(CursorSet.has(before, cursor));
      set = CursorSet.add(before, cursor);
      assert.isFalse(CursorSet.has(before, cursor));
    }
    assert.isTrue(cursors.every((cursor) => CursorSet.has(set, cursor)));
    assert.isFalse(CursorSet.has(set, Cursor.make("c5000")));
    // One map from the first cursor on.
    const [first = Cursor.make("")] = cursors;
    const one = CursorSet.add(CursorSet.empty, first);
    assert.strictEqual(CursorSet.add(one, Cursor.make("x")).places, one.places);
    assert.strictEqual(set.size, 5000);
    assert.strictEqual(CursorSet.empty.places.size, 0);
  });

  it("parts from another that grew from the same set", () => {
    const [a, b, c, d] = ["a", "b", "c", "d"].map((text) => Cursor.make(text));
    assert(a !== undefined && b !== undefined && c !== undefined && d !== undefined);
    const both = CursorSet.add(CursorSet.add(CursorSet.empty, a), b);
    const withC = CursorSet.add(both, c);
    const withD = CursorSet.add(both, d);
    const members = [both, withC, withD].map((set) =>
      [a, b, c, d].filter((cursor) => CursorSet.has(set, cursor)),
    );
    assert.deepStrictEqual(members, [
      [a, b],
      [a, b, c],
      [a, b, d],
    ]);
  });
});
