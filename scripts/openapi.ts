// Writes packages/contract/openapi.json from the contract; with --check, fails when the file is stale.
import { ScorecardApi } from "@scorecard-effect/contract/http-api";
import { OpenApi } from "effect/http-api";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const file = join(dirname(import.meta.dirname), "packages/contract/openapi.json");
const text = `${JSON.stringify(OpenApi.fromApi(ScorecardApi), null, 2)}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
} else if (readFileSync(file, "utf8") === text) {
  console.log("openapi.json says what the contract says.");
} else {
  console.error("openapi.json is stale: run pnpm openapi.");
  process.exitCode = 1;
}
