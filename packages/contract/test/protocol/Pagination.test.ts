import { assert, describe, it } from "@effect/vitest";
import { Cursor } from "../../src/index.ts";
import { Option, Result } from "effect";
import * as Pagination from "../../src/protocol/Pagination.ts";

/** A page with a number of records. */
interface ScriptedPage extends Pagination.PageEnd {
  readonly records: number;
}

const page = (
  records: number,
  nextCursor: string | null,
  hasMore: boolean,
  total?: number,
): ScriptedPage => ({
  records,
  nextCursor: nextCursor === null ? null : Cursor.make(nextCursor),
  hasMore,
  ...(total === undefined ? {} : { total }),
});

/** Follows scripted pages; returns the cursors that were requested, and the verdict on the last page. */
const followPages = (
  pages: ReadonlyArray<ScriptedPage>,
  options: {
    readonly cursor?: string;
    readonly delivered?: number;
    readonly verifyTotal?: boolean;
  } = {},
) => {
  const cursor = options.cursor === undefined ? undefined : Cursor.make(options.cursor);
  const pagination = Pagination.make({
    cursor,
    delivered: options.delivered,
    verifyTotal: options.verifyTotal ?? true,
  });
  let position = pagination.start;
  const requested: Array<string | undefined> = [];
  for (const next of pages) {
    requested.push(position.cursor);
    const verdict = pagination.step(position, next, next.records);
    if (Result.isFailure(verdict))
      return { requested, verdict: verdict.failure.reason, detail: verdict.failure.detail };
    if (Option.isNone(verdict.success)) return { requested, verdict: "end" };
    position = verdict.success.value;
  }
  return { requested, verdict: "more" };
};

describe("Pagination", () => {
  it("continues only while hasMore is true", () => {
    assert.deepInclude(
      followPages([page(2, "a", true), page(2, "b", true), page(1, null, false)]),
      {
        requested: [undefined, "a", "b"],
        verdict: "end",
      },
    );
    assert.deepInclude(followPages([page(2, "a", false), page(2, null, false)]), {
      requested: [undefined],
      verdict: "end",
    });
  });

  it("follows empty pages", () => {
    assert.deepInclude(
      followPages([page(0, "a", true), page(0, "b", true), page(1, null, false, 1)]),
      {
        verdict: "end",
      },
    );
  });

  it.each([null, "", "\ud800"])("reports nextCursor %j with hasMore as CursorMissing", (cursor) => {
    assert.deepInclude(followPages([page(1, "a", true), page(1, cursor, true)]), {
      verdict: "CursorMissing",
    });
  });

  it.each([
    ["the cursor itself", ["a", "a"], undefined],
    ["an earlier cursor", ["a", "b", "c", "a"], undefined],
    ["the cursor that the listing started with", ["b", "s"], "s"],
  ] as const)("reports %s as CursorRepeated", (_, cursors, cursor) => {
    const pages = cursors.map((next) => page(1, next, true));
    const { requested, verdict, detail } = followPages(
      pages,
      cursor === undefined ? {} : { cursor },
    );
    assert.strictEqual(verdict, "CursorRepeated");
    assert.strictEqual(requested.length, cursors.length);
    assert.include(detail, JSON.stringify(cursors.at(-1)));
  });

  it("checks the number of records against the last page's total", () => {
    assert.deepInclude(followPages([page(2, "a", true, 9), page(1, null, false, 4)]), {
      verdict: "Incomplete",
      detail: "the listing ends after 3 of 4 records",
    });
    assert.deepInclude(followPages([page(2, "a", true, 9), page(1, null, false, 3)]), {
      verdict: "end",
    });
    assert.deepInclude(followPages([page(2, "a", true), page(1, null, false, 2)]), {
      verdict: "end",
    });
  });

  it("does not check the total of a resumed listing, or with verifyTotal false", () => {
    assert.deepInclude(followPages([page(1, null, false, 4)], { cursor: "a" }), { verdict: "end" });
    assert.deepInclude(followPages([page(1, null, false, 4)], { verifyTotal: false }), {
      verdict: "end",
    });
  });

  it("judges a page twice with the same verdict, so that an interrupted step can run again", () => {
    const pagination = Pagination.make({ verifyTotal: true });
    const next = page(2, "a", true);
    const once = pagination.step(pagination.start, next, 2);
    assert.deepStrictEqual(pagination.step(pagination.start, next, 2), once);
    assert(Result.isSuccess(once) && Option.isSome(once.success));
    const second = once.success.value;
    const again = page(1, "b", true);
    assert.deepStrictEqual(pagination.step(second, again, 1), pagination.step(second, again, 1));
    assert.isTrue(Result.isFailure(pagination.step(second, page(1, "a", true), 1)));
  });

  it("remembers only the cursors of its own listing", () => {
    const first = Pagination.make({ verifyTotal: true, cursor: Cursor.make("a") });
    first.step(first.start, page(1, "b", true), 1);
    const second = Pagination.make({ verifyTotal: true });
    assert.isTrue(Result.isSuccess(second.step(second.start, page(1, "a", true), 1)));
  });
});
