// Makes the pictures of the READMEs: the explorer's page in both themes, and the report in a terminal.
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect } from "effect";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Page } from "playwright-core";
import { launch, open } from "../test/setup/Chromium.ts";
import { start } from "../test/setup/TestExplorer.ts";

const out = join(import.meta.dirname, "../../../docs/pictures");
const main = join(import.meta.dirname, "../src/main.ts");

const takePicture = (page: Page, name: string) =>
  page.screenshot({ path: join(out, `${name}.png`) });

const program = Effect.gen(function* () {
  const browser = yield* Effect.promise(launch);
  if (browser === undefined) throw new Error("There is no browser.");
  yield* Effect.addFinalizer(() => Effect.promise(() => browser.close()));
  mkdirSync(out, { recursive: true });

  yield* Effect.scoped(
    Effect.gen(function* () {
      // The browser here has fonts for Latin scripts alone.
      const run = FakeRun.make({ records: 2000, otherLanguages: 0 });
      const { url } = yield* start({ runs: [run], source: "fake API, a generated run, seed 1" });
      const { page } = yield* open(browser);
      yield* Effect.promise(async () => {
        await page.goto(url);
        await page
          .locator(".count")
          .filter({ hasText: /^2,000 records$/ })
          .waitFor();
        await page.locator("#item-4").click();
        await page.getByRole("complementary").getByText("Expected").waitFor();
        await page.getByRole("complementary").getByRole("button", { name: "Difference" }).click();
        await page.locator(".grid").focus();
        await takePicture(page, "explore-light");
      });
    }),
  );
  yield* Effect.scoped(
    Effect.gen(function* () {
      const { baseline, candidate } = FakeRun.pair({ records: 2000, otherLanguages: 0 });
      const { url } = yield* start({
        runs: [baseline, candidate],
        source: "fake API, a generated pair of runs, seed 1",
      });
      const { page } = yield* open(browser, { colorScheme: "dark" });
      yield* Effect.promise(async () => {
        await page.goto(url);
        await page.locator(".progress.done").nth(1).waitFor();
        await page
          .locator(".count")
          .filter({ hasText: /^2,0\d\d testcases$/ })
          .waitFor();
        await takePicture(page, "explore-dark");
      });
    }),
  );
  yield* Effect.scoped(
    Effect.gen(function* () {
      const { stdout } = spawnSync(process.execPath, [main, "--records", "2000", "--worst", "1"], {
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1" },
      });
      const { page } = yield* open(browser);
      yield* Effect.promise(async () => {
        await page.setContent(terminalPage);
        await page.locator("pre").evaluate(
          (pre, text) => {
            pre.textContent = text;
          },
          `$ pnpm demo --worst 1\n${stripVTControlCharacters(stdout)}`,
        );
        await page.locator("pre").screenshot({ path: join(out, "report.png") });
      });
    }),
  );
}).pipe(Effect.scoped);

const terminalPage = `<!doctype html><style>
  pre {
    display: inline-block;
    margin: 0;
    padding: 20px 24px;
    background: #16181b;
    color: #dfe1e5;
    font: 13px/1.4 "DejaVu Sans Mono", Menlo, Consolas, monospace;
  }
</style><pre></pre>`;

await Effect.runPromise(program);
