// Makes the pictures of the READMEs: the explorer's page in both themes, and two sessions in a terminal. The machine needs
// fonts for every script (Debian: fonts-noto-core, fonts-noto-cjk, fonts-noto-color-emoji), and the program `script`.
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect } from "effect";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launch, open } from "../test/setup/Chromium.ts";
import { start } from "../test/setup/TestExplorer.ts";
import { pictureOf, type Session } from "./TerminalPicture.ts";

const out = join(import.meta.dirname, "../../../docs/pictures");

const takePicture = (page: Page, name: string) =>
  page.screenshot({ path: join(out, `${name}.png`) });

const program = Effect.gen(function* () {
  const browser = yield* Effect.promise(launch);
  if (browser === undefined) throw new Error("There is no browser.");
  yield* Effect.addFinalizer(() => Effect.promise(() => browser.close()));
  mkdirSync(out, { recursive: true });

  yield* Effect.scoped(
    Effect.gen(function* () {
      const run = FakeRun.make({ records: 2000 });
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
      const { baseline, candidate } = FakeRun.pair({ records: 2000 });
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
  for (const [name, session] of Object.entries(sessions)) {
    const picture = yield* Effect.promise(() => pictureOf(session));
    writeFileSync(join(out, `${name}.svg`), picture);
  }
}).pipe(Effect.scoped);

const demo = [process.execPath, join(import.meta.dirname, "../src/main.ts")];
const sessions: { readonly [name: string]: Session } = {
  report: {
    typed: "pnpm demo --worst 1",
    command: [...demo, "--worst", "1"],
    columns: 150,
    rows: 40,
  },
  compare: {
    typed: "pnpm demo compare --no-worse '*'",
    command: [...demo, "compare", "--no-worse", "*", "--changes", "1"],
    columns: 168,
    rows: 34,
  },
};

await Effect.runPromise(program);
