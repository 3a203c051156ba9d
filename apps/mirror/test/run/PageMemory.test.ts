import { assert, describe, it } from "@effect/vitest";
import { Option } from "effect";
import * as MemoryFlag from "../../src/commands/MemoryFlag.ts";
import * as MemoryLimit from "../../src/run/MemoryLimit.ts";
import * as PageMemory from "../../src/run/PageMemory.ts";

const mebibyte = 2 ** 20;
const pod = 512 * mebibyte;

/** The most memory that chunks with these plans can hold at once, in mebibytes. */
const heldAtOnce = (plans: ReadonlyArray<PageMemory.PagePlan>, budget: number) => {
  let held = 0;
  for (const { permits } of plans) if (held + permits <= budget) held += permits;
  return held;
};

describe("The memory for pages", () => {
  it("reads the first page of a runner alone, and those of unknown runs as if they were like it", () => {
    const memory = PageMemory.make(pod);
    const first = memory.plan(null);
    assert.deepInclude(first, { isAhead: false, maxPageBytes: 0 });
    assert.strictEqual(heldAtOnce([first, memory.plan(null)], first.permits), first.permits);
    memory.note(200_000);
    const unknown = memory.plan(null);
    assert.deepInclude(unknown, { pageSize: 100, isAhead: true, maxPageBytes: 0 });
    assert.isBelow(10 * unknown.permits, first.permits);
  });

  it("holds many small pages and few long ones, and never more than its budget", () => {
    const memory = PageMemory.make(pod);
    const budget = memory.plan(null).permits;
    assert.isBelow(budget, 512 - 200);
    for (const bytes of [0, 1, 2, 5, 10, 20, 31].map((size) => size * mebibyte)) {
      const plan = memory.plan(bytes);
      assert.isAtMost(plan.permits, budget);
      assert.strictEqual(plan.pageSize, 100);
      assert.strictEqual(plan.isAhead, bytes <= 2 * mebibyte, String(bytes));
    }
  });

  it("reads smaller pages where a hundred records are too long for a body", () => {
    const memory = PageMemory.make(pod);
    const sizes = [64, 128, 1_000, 10_000, 100_000].map(
      (size) => memory.plan(size * mebibyte).pageSize,
    );
    assert.deepStrictEqual(
      sizes,
      [...sizes].toSorted((a, b) => b - a),
    );
    assert.isBelow(sizes[0] ?? 100, 30);
    assert.strictEqual(sizes.at(-1), 1);
    // Without a limit, only the longest body counts.
    const unlimited = PageMemory.make(undefined);
    assert.deepInclude(unlimited.plan(60 * mebibyte), { pageSize: 100, isAhead: true, permits: 0 });
    assert.deepInclude(unlimited.plan(128 * mebibyte), { pageSize: 25 });
  });

  it("is read from a container's limit and from a flag", () => {
    assert.deepStrictEqual(
      ["max", "536870912\n", "9223372036854771712", "", "0", "-1"].map(MemoryLimit.parse),
      [undefined, pod, undefined, undefined, undefined, undefined],
    );
    assert.deepStrictEqual(
      ["512m", "512Mi", "1.5g", "2GiB", "262144k"].map((text) =>
        Option.getOrUndefined(MemoryFlag.parse(text)),
      ),
      [pod, pod, 1536 * mebibyte, 2048 * mebibyte, 256 * mebibyte],
    );
    for (const text of ["512", "m", "-1g", "1t", "255m", "0.1g"]) {
      assert.isTrue(Option.isNone(MemoryFlag.parse(text)), text);
    }
  });
});
