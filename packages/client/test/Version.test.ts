import { assert, it } from "@effect/vitest";
import manifest from "../package.json" with { type: "json" };
import { version } from "../src/Version.ts";

it("The version in the User-Agent is that of the package", () => {
  assert.strictEqual(version, manifest.version);
});
