/** A page size has one check. The tables say what each of its users makes of the same odd inputs; the verdicts are written by hand. */
import { assert, describe, it } from "@effect/vitest";
import { stub, emptyPage, readers, outcome } from "../setup/RuleUsers.ts";

describe.each(readers)("A page size, for %s", (_, user) => {
  it.each([1, 100])("%o is sent", async (pageSize) => {
    const { urls, fetch } = stub(emptyPage);
    await user({ pageSize }, fetch);
    assert.deepStrictEqual(urls, [`http://x.test/api/runs/135/records?limit=${pageSize}`]);
  });

  it.each([0, -1, 101, 1.5, NaN, Infinity, "20", {}])("%o is refused", async (pageSize) => {
    assert.match(
      await outcome(user, { pageSize }),
      /The page size must be a whole number from 1 to 100/,
    );
  });
});
