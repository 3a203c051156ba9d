import { assert, describe, it } from "@effect/vitest";
import * as ScrollScale from "../../web/components/ScrollScale.ts";

const extent = { rows: 1_000_000, rowHeight: 46, viewport: 500 };
const last = extent.rows * extent.rowHeight - extent.viewport;
const lastScrollTop = ScrollScale.maxHeight - extent.viewport;

describe("The scroll scale", () => {
  it("is no scale for rows that fit into an element", () => {
    const scale = ScrollScale.make();
    const small = { ...extent, rows: 1000 };
    assert.strictEqual(scale.height(small), 46_000);
    scale.onScroll(30_000, small);
    assert.deepStrictEqual([scale.top(), scale.shift()], [30_000, 0]);
    assert.strictEqual(scale.moveTo(99_999, small), 45_500);
    assert.isUndefined(scale.correction(small, true));
  });

  it("moves by exact steps, and reaches every row", () => {
    const scale = ScrollScale.make();
    assert.strictEqual(scale.height(extent), ScrollScale.maxHeight);
    let scrollTop = 0;
    for (let step = 0; step < 100; step++) {
      const before = scale.top();
      scrollTop += 46;
      scale.onScroll(scrollTop, extent);
      assert.strictEqual(scale.top(), before + 46);
      scrollTop = scale.correction(extent, step % 10 === 9) ?? scrollTop;
    }
    assert.approximately(scrollTop, (scale.top() / last) * lastScrollTop, 46);
    assert.strictEqual(scale.moveTo(Number.POSITIVE_INFINITY, extent), lastScrollTop);
    assert.strictEqual(scale.top(), last);
    scale.onScroll(lastScrollTop - 46, extent);
    assert.strictEqual(scale.top(), last - 46);
  });

  it("follows the scroll bar in proportion, to both ends", () => {
    const scale = ScrollScale.make();
    for (const share of [0.5, 1, 0.25, 0]) {
      scale.onScroll(share * lastScrollTop, extent);
      assert.approximately(scale.top(), share * last, 0.001);
    }
  });

  it("corrects the scroll bar at an end before there is a row in sight", () => {
    const scale = ScrollScale.make();
    scale.moveTo(40_000, extent);
    let scrollTop = Math.round((40_000 / last) * lastScrollTop);
    // Small steps, to the start of the element, with rows above.
    while (scrollTop > 100) {
      scrollTop = Math.max(0, scrollTop - 900);
      scale.onScroll(scrollTop, extent);
    }
    assert.isAbove(scale.top(), 20_000);
    assert.isNumber(scale.correction(extent, false));
  });
});
