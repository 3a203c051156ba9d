// Makes the pictures of the READMEs: the explorer's page in both themes, and two sessions in a terminal. The machine needs
// fonts for every script (Debian: fonts-noto-core, fonts-noto-cjk, fonts-noto-color-emoji), and the program `script`.
import { Effect } from "effect";
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launch, open } from "../test/setup/Chromium.ts";
import { pictureOf, type Session } from "./TerminalPicture.ts";

const out = join(import.meta.dirname, "../../../docs/pictures");

const takePicture = (page: Page, name: string) =>
  page.screenshot({ path: join(out, `${name}.png`) });

const metrics = join(import.meta.dirname, "metrics");
const graded = join(import.meta.dirname, "../../../examples/notebook/metrics.json");
const demo = [process.execPath, join(import.meta.dirname, "../src/main.ts")] as const;

/** Takes a picture of the explorer's page, as the command shows it. */
const explorerPicture = (
  browser: Browser,
  name: string,
  colorScheme: "light" | "dark",
  flags: ReadonlyArray<string>,
  prepare: (page: Page) => Promise<void>,
) =>
  Effect.gen(function* () {
    const [node, main] = demo;
    const explorer = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(node, [main, "explore", ...flags])),
      (child) => Effect.sync(() => child.kill()),
    );
    const { page } = yield* open(browser, { colorScheme });
    yield* Effect.promise(async () => {
      let printed = "";
      for await (const text of explorer.stdout.setEncoding("utf8")) {
        printed += String(text);
        if (/http:\S+\s/.test(printed)) break;
      }
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(/http:\S+/.exec(printed)?.[0] ?? "");
      await prepare(page);
      await page.waitForTimeout(1000);
      await takePicture(page, name);
    });
  }).pipe(Effect.scoped);

const program = Effect.gen(function* () {
  const browser = yield* Effect.promise(launch);
  if (browser === undefined) throw new Error("There is no browser.");
  yield* Effect.addFinalizer(() => Effect.promise(() => browser.close()));
  mkdirSync(out, { recursive: true });

  // A conversation that failed, of a run in progress of being read.
  const chat = ["--preset", "chat", "--metrics", join(metrics, "chat.json")];
  yield* explorerPicture(browser, "explore-light", "light", chat, async (page) => {
    await page
      .getByText(/^2,000 records$/)
      .first()
      .waitFor();
    await page.locator("#item-2").click();
    await page.getByRole("complementary").getByText("Scores").first().waitFor();
    await page.locator(".grid").focus();
  });
  // Two runs, and the slices that got worse.
  const pair = ["--preset", "graded", "--run", "135", "--compare", "136", "--metrics", graded];
  yield* explorerPicture(browser, "explore-dark", "dark", pair, async (page) => {
    await page.locator(".progress.done").nth(1).waitFor();
    await page.goto(`${page.url()}#by=inputs.category`);
    await page.getByText("statistics").first().waitFor();
  });
  for (const [name, session] of Object.entries(sessions)) {
    const picture = yield* Effect.promise(() => pictureOf(session));
    writeFileSync(join(out, `${name}.svg`), picture);
  }
}).pipe(Effect.scoped);

const sessions: { readonly [name: string]: Session } = {
  report: {
    typed: "pnpm demo --metrics metrics.json",
    command: [...demo, "--preset", "graded", "--metrics", graded, "--worst", "1"],
    columns: 150,
    rows: 40,
  },
  compare: {
    typed: "pnpm demo compare --metrics metrics.json --no-worse '*'",
    command: [
      ...demo,
      "compare",
      "--preset",
      "graded",
      "--metrics",
      graded,
      "--no-worse",
      "*",
      "--changes",
      "1",
    ],
    columns: 168,
    rows: 34,
  },
};

await Effect.runPromise(program);
