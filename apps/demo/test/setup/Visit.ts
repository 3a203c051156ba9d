/** Visits of an explorer in a browser that the tests of a file share. */
import { assert } from "@effect/vitest";
import { Effect } from "effect";
import type { Browser, Page } from "playwright-core";
import { open } from "./Chromium.ts";
import { type Options, start } from "./TestExplorer.ts";

/** Starts an explorer, opens its page, and expects that the page complains of nothing. Does nothing without a browser. */
export const visitIn =
  (browser: Browser | undefined) =>
  (options: Options, use: (page: Page, url: string) => Promise<void>) =>
    Effect.gen(function* () {
      if (browser === undefined) return;
      const { url } = yield* start(options);
      const { page, complaints } = yield* open(browser);
      yield* Effect.promise(async () => {
        await page.goto(url);
        await use(page, url);
      });
      assert.deepStrictEqual(complaints, []);
    }).pipe(Effect.scoped);
