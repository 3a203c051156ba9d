/** What a command loads before it knows what to do. Each module costs a fraction of a millisecond at every start. */
import { assert, describe, it } from "@effect/vitest";
import { join } from "node:path";
import { loadedModules, packageOf } from "../setup/LoadedModules.ts";

const commandLine = [
  "@effect/platform-node",
  "@effect/platform-node-shared",
  "effect",
  "packages/contract",
];

describe("--help loads the command line alone", () => {
  it.each([
    { app: "demo", most: 260 },
    { app: "mirror", most: 260 },
  ])("$app", async ({ app, most }) => {
    const modules = await loadedModules(join(import.meta.dirname, `../../../${app}/src/main.ts`), [
      "--help",
    ]);
    assert.deepStrictEqual(
      [...new Set(modules.map(packageOf))].toSorted(),
      [...commandLine, `apps/${app}`].toSorted(),
    );
    assert.isAtMost(modules.length, most);
  });
});
