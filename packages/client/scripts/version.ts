/** Writes the version of package.json to src/Version.ts. `pnpm run version` calls it, after the changesets. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };

const file = join(import.meta.dirname, "../src/Version.ts");
const source = readFileSync(file, "utf8");
writeFileSync(file, source.replace(/"[^"]*";$/m, `"${manifest.version}";`));
