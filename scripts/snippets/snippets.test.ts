// Runs each snippet in a process of its own, and the promise client in a bundle for browsers.
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { build, transform } from "esbuild";
import { execFile } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { assert, describe, it } from "vitest";

const { SNIPPETS = "docstrings", SNIPPETS_AS } = process.env;
const asJavaScript = SNIPPETS_AS === "js";
// vitest runs those that are tests.
const snippets = globSync(`src/${SNIPPETS}/*.ts`, { exclude: ["**/*.test.ts"] }).toSorted();
const run = FakeRun.make({ seed: 1, records: 250 });
const ids = Array.from({ length: run.size }, (_, index) => run.record(index).id);

const toJavaScript = async (file: string, code: string): Promise<string> => {
  const script = file.replace(/\.ts$/, ".mjs");
  writeFileSync(script, (await transform(code, { loader: "ts", format: "esm" })).code);
  return script;
};

describe(`A snippet of ${SNIPPETS} as ${asJavaScript ? "JavaScript" : "TypeScript"}`, () => {
  it("is there to run", () => {
    assert.isAtLeast(snippets.length, 20);
  });

  it.concurrent.each(snippets)("runs to its end: %s", async (file) => {
    const code = readFileSync(file, "utf8");
    const script = asJavaScript ? await toJavaScript(file, code) : file;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script]);
    assert.strictEqual(stderr, "");
    // Docstrings declare what their readers run.
    if (SNIPPETS === "docstrings") return;
    if (/console\.log/i.test(code)) assert.notStrictEqual(stdout, "");
    // A snippet that lists the run gets each record, in order.
    if (/listRecords\((RunId\.make\()?"135"\)/.test(code)) {
      const listed = stdout.split("\n").flatMap((line) => ids.filter((id) => line.startsWith(id)));
      assert.deepStrictEqual(listed, ids);
    }
    const [, count] = /\.then\(console\.log\); \/\/ (\d+)/.exec(code) ?? [];
    if (count !== undefined) assert.strictEqual(stdout.trim(), count);
  });
});

describe("The promise client", () => {
  it("lists a run from a bundle for browsers, without anything of Node", async () => {
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
    // The globals of a browser's page that the bundle may use.
    const globals =
      "AbortController AbortSignal ArrayBuffer DOMException Headers ReadableStream Request Response TextDecoder " +
      "TextEncoder URL URLSearchParams Uint8Array clearInterval clearTimeout console crypto performance queueMicrotask " +
      "setInterval setTimeout";
    const page = createContext({
      ...Object.fromEntries(
        globals.split(" ").map((name) => [name, Reflect.get(globalThis, name)]),
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
