/** Runs the list in a page of Chromium: `node Page.ts URL`. */
import { launch } from "../../../demo/test/setup/Chromium.ts";

const [url = ""] = process.argv.slice(2);
const browser = await launch();
if (browser === undefined) throw new Error("There is no browser: set CHROME_PATH");
const page = await browser.newPage();
page.on("pageerror", (error) => {
  console.error(error);
});
await page.goto(url);
await page.evaluate("conformance");
await browser.close();
