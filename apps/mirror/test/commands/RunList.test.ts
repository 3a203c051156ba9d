import { assert, it } from "@effect/vitest";
import * as RunList from "../../src/commands/RunList.ts";

it("A list of runs takes any separators, and drops comments and duplicates", () => {
  const text = "\uFEFF135, 136\r\n\r\n# of last week\n  137\t135 # the best\nrun#1\n";
  assert.deepStrictEqual(RunList.parse(text), ["135", "136", "137", "run#1"]);
  assert.deepStrictEqual(RunList.parse(" ,\n#135"), []);
});
