import { assert, describe, it } from "@effect/vitest";
import * as Progress from "../../src/terminal/Progress.ts";
import { widthOf } from "../../src/terminal/Layout.ts";

const shown = { records: 1234, pages: 3, total: 5000, seconds: 2, retries: 0 };

describe("Progress", () => {
  it("shows how much was read, how fast, and how long the rest will take", () => {
    assert.strictEqual(
      Progress.line(shown),
      "  1,234 of 5,000 records (24%), 3 pages, 617 records/s, 6 s left",
    );
    assert.strictEqual(
      Progress.line({ ...shown, total: undefined, seconds: 0, records: 1 }),
      "  1 record, 3 pages",
    );
    assert.strictEqual(
      Progress.line({ ...shown, records: 5000, seconds: 0.5, retries: 1 }),
      "  5,000 of 5,000 records (100%), 3 pages, 10,000 records/s, 1 retry",
    );
    assert.include(Progress.line({ ...shown, total: 1e6 }), ", 26 min 59 s left");
    assert.include(Progress.line({ ...shown, total: 1e9 }), " h ");
  });

  it("does not count what an earlier process read towards the rate", () => {
    assert.include(Progress.line({ ...shown, resumed: 1034 }), ", 100 records/s, 38 s left");
  });

  it("has a bar where there is room, and never wraps", () => {
    assert.match(Progress.bar(shown, 120), /^ {2}█+░+ 1,234 of 5,000 records \(24%\), /);
    for (let width = 1; width < 130; width++) {
      assert.isAtMost(widthOf(Progress.bar(shown, width)), width);
    }
    // Full only at the end, empty only at the start.
    assert.match(Progress.bar({ ...shown, records: 4999 }, 120), /█░ 4,999/);
    assert.match(Progress.bar({ ...shown, records: 1 }, 120), /^ {2}█░/);
    assert.match(Progress.bar({ ...shown, records: 0 }, 120), /^ {2}░/);
  });
});
