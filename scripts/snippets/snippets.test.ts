// Runs each snippet of the READMEs and guides in a process of its own; and the promise client in a bundle for browsers.
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { build, transform } from "esbuild";
import { execFile } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { assert, describe, it } from "vitest";

const execute = promisify(execFile);
const asJavaScript = process.env["SNIPPETS_AS"] === "js";
// A snippet that is a test of vitest's is run as one, with this file.
const snippets = globSync("src/*.ts").filter((file) => !file.endsWith(".test.ts"));
const run = FakeRun.make({ seed: 1, records: 250 });
const ids = Array.from({ length: run.size }, (_, index) => run.record(index).id);

const runnable = async (file: string, code: string): Promise<string> => {
  if (!asJavaScript) return file;
  const script = file.replace(/\.ts$/, ".mjs");
  writeFileSync(script, (await transform(code, { loader: "ts", format: "esm" })).code);
  return script;
};

describe(`The READMEs and guides have snippets, and as ${asJavaScript ? "JavaScript" : "TypeScript"}`, () => {
  it("there are some", () => {
    assert.isAtLeast(snippets.length, 10);
  });

  it.concurrent.each(snippets)("%s runs to its end", async (file) => {
    const code = readFileSync(file, "utf8");
    const { stdout, stderr } = await execute(process.execPath, [await runnable(file, code)]);
    assert.strictEqual(stderr, "");
    if (/console\.log/i.test(code)) assert.notStrictEqual(stdout, "");
    // Whoever lists the run gets all of it, in order.
    if (/listRecords\((RunId\.make\()?"135"\)/.test(code)) {
      const said = stdout.split("\n").flatMap((line) => ids.filter((id) => line.startsWith(id)));
      assert.deepStrictEqual(said, ids);
    }
    const [, counted] = /\.then\(console\.log\); \/\/ (\d+)/.exec(code) ?? [];
    if (counted !== undefined) assert.strictEqual(stdout.trim(), counted);
  });
});

describe("The promise client", () => {
  it("lists a run from a bundle for browsers, where there is nothing of Node", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: 'export { createClient } from "@scorecard-effect/client/promise";',
        resolveDir: ".",
      },
      bundle: true,
      platform: "browser",
      format: "iife",
      globalName: "scorecard",
      target: "es2022",
      write: false,
    });
    const fake = FakeScorecard.fetch({ runs: [run] });
    // What a page has, and a module of Node does not.
    const ofPages =
      "AbortController AbortSignal ArrayBuffer DOMException Headers ReadableStream Request Response TextDecoder " +
      "TextEncoder URL URLSearchParams Uint8Array clearInterval clearTimeout console crypto performance queueMicrotask " +
      "setInterval setTimeout";
    const page = createContext({
      ...Object.fromEntries(
        ofPages.split(" ").map((name) => [name, Reflect.get(globalThis, name)]),
      ),
      fetch: fake.fetch,
      settings: { apiKey: "ak_x", baseUrl: fake.baseUrl },
    });
    const listed: unknown = await runInContext(
      `${outputFiles[0]?.text ?? ""}
      (async () => {
        const client = scorecard.createClient(settings);
        const ids = [];
        for await (const { id } of client.listRecords("${run.runId}")) ids.push(id);
        await client[Symbol.asyncDispose]?.();
        return ids.join();
      })()`,
      page,
    );
    assert.strictEqual(listed, ids.join());
  });
});
