/** A headless Chromium for tests: that of `@sparticuz/chromium`, or one that is installed. */
import sparticuz from "@sparticuz/chromium";
import { Effect, type Scope } from "effect";
import { existsSync } from "node:fs";
import { arch, platform } from "node:process";
import { type Browser, chromium, type ConsoleMessage, type Page } from "playwright-core";

const installed = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
];

const find = async (): Promise<string | undefined> => {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH !== undefined) return CHROME_PATH;
  if (platform === "linux" && arch === "x64") return sparticuz.executablePath();
  return installed.find((path) => existsSync(path));
};

const args = [
  "--no-sandbox",
  "--no-zygote",
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
];

const start = async (): Promise<Browser | undefined> => {
  const executablePath = await find();
  return executablePath === undefined
    ? undefined
    : chromium.launch({ executablePath, args, headless: true });
};

/** Launches the browser. Where there is none, prints a loud warning and returns undefined. */
export const launch = async (): Promise<Browser | undefined> => {
  const browser = await start().catch((error: unknown) => {
    console.error(error);
    return undefined;
  });
  if (browser === undefined) {
    console.error(
      [
        "\n\n!!! NO BROWSER: the tests of the explorer's page are SKIPPED.",
        "Install Chromium or Chrome, or set CHROME_PATH. !!!\n\n",
      ].join(" "),
    );
  }
  return browser;
};

/** A tab, and its errors. */
export interface Tab {
  readonly page: Page;
  /** Errors and warnings of the console, and uncaught exceptions. */
  readonly complaints: Array<string>;
}

/** How a tab is opened. */
export interface TabOptions {
  readonly colorScheme?: "light" | "dark";
}

// One page for all tests of a file: opening another takes longer than loading a document.
const pages = new WeakMap<Browser, Promise<Page>>();

const newPage = async (browser: Browser): Promise<Page> => {
  const context = await browser.newContext();
  return context.newPage();
};

/** Opens a tab until the scope closes. Only one can be open at a time. */
export const open = Effect.fnUntraced(function* (
  browser: Browser,
  { colorScheme = "light" }: TabOptions = {},
): Effect.fn.Return<Tab, never, Scope.Scope> {
  const opened = pages.get(browser) ?? newPage(browser);
  pages.set(browser, opened);
  const complaints: Array<string> = [];
  const onConsole = (message: ConsoleMessage): void => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  };
  const onError = (error: Error): void => {
    complaints.push(String(error));
  };
  const page = yield* Effect.acquireRelease(
    Effect.promise(async () => {
      const tab = await opened;
      tab.setDefaultTimeout(20_000);
      await tab.setViewportSize({ width: 1280, height: 800 });
      await tab.emulateMedia({ colorScheme });
      return tab.on("console", onConsole).on("pageerror", onError);
    }),
    (tab) =>
      Effect.promise(() => {
        tab.off("console", onConsole).off("pageerror", onError);
        return tab.goto("about:blank");
      }),
  );
  return { page, complaints };
});
