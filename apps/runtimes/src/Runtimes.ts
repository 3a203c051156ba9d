/** Every runtime, with the one place of its version. */
import { join } from "node:path";
import { catalog, type Versions } from "../../../scripts/packages.ts";
import type { Runtime } from "./Runtime.ts";

const direct = { module: "Direct", file: "main.mjs" };

const noUndici = (reason: string) => ({
  "Effect on undici": reason,
  "promise on a dispatcher": reason,
});
const noVariables = (reason: string) => ({
  "reads the key from SCORECARD_API_KEY, and the URL from SCORECARD_BASE_URL": reason,
});
const noUserAgent = {
  "names itself in the User-Agent": "the client leaves a browser's own User-Agent alone",
};

const firstMemberAlone = (who: string) => {
  const reason = `${who} decodes the first member of a gzip alone: the client names the encoding`;
  return {
    "decodes gzip of several members": reason,
    "Effect on fetch: decodes gzip of several members": reason,
    "Effect on FetchHttpClient: decodes gzip of several members": reason,
  };
};

const node = (version: string): Runtime => ({
  name: `node-${version.split(".")[0]}`,
  title: `Node ${version.split(".")[0]}`,
  packages: { node: version },
  host: direct,
  command: "node_modules/.bin/node main.mjs",
});

const vitest = (
  name: string,
  title: string,
  config: { readonly environment?: string; readonly pool?: string },
  packages: Versions = {},
): Runtime => ({
  name,
  title,
  packages: { vitest: catalog("vitest"), ...packages },
  host: { module: "Suite", file: "conformance.test.mjs" },
  files: {
    "vitest.config.mjs": `export default { test: ${JSON.stringify({ globals: true, ...config })} };\n`,
  },
  command: "node node_modules/vitest/vitest.mjs run",
  // Those environments are browsers to every library.
  ...(config.environment === undefined ? {} : { exclusions: noUserAgent }),
});

export const runtimes: ReadonlyArray<Runtime> = [
  node("22.19.0"),
  node("24.21.0"),
  node("26.10.0"),
  {
    name: "bun",
    title: "Bun",
    packages: { bun: "1.4.5" },
    host: direct,
    command: "node_modules/.bin/bun main.mjs",
    exclusions: noUndici("Bun puts a stand-in in the place of undici, which cannot dispatch"),
  },
  {
    name: "deno",
    title: "Deno",
    packages: { deno: "2.9.6" },
    host: direct,
    command: "node_modules/.bin/deno run --allow-all main.mjs",
    exclusions: firstMemberAlone("Deno's fetch"),
  },
  {
    name: "workerd",
    title: "workerd (Cloudflare Workers)",
    packages: { miniflare: "4.20260730.0" },
    host: { module: "Workerd", file: "main.mjs" },
    bundle: { module: "Worker", format: "esm" },
    command: "node main.mjs",
    exclusions: {
      ...noUndici("a Worker has no sockets for undici"),
      ...noVariables("a Worker gets its variables with a request"),
      "a program that blocks the event loop causes no timeout":
        "time stands still while a Worker computes",
    },
  },
  {
    name: "edge-vm",
    title: "Edge VM (Next.js)",
    packages: { "@edge-runtime/vm": "5.0.0" },
    host: { module: "EdgeVm", file: "main.mjs" },
    bundle: { module: "InGlobal", format: "iife" },
    command: "node main.mjs",
    exclusions: {
      ...noUndici("an edge function has no sockets for undici"),
      ...noVariables("the VM has no process"),
      "undoes an encoding that is listed with identity":
        "neither its fetch nor a DecompressionStream undoes it: the client names the encoding",
    },
  },
  {
    name: "chromium",
    title: "A page in Chromium",
    packages: {},
    fromWorkspace: { "@sparticuz/chromium": catalog("@sparticuz/chromium") },
    bundle: { module: "InGlobal", format: "iife" },
    files: {
      "page.html":
        '<!doctype html><meta charset="utf-8"><title>conformance</title><script src="bundle.js"></script>\n',
    },
    command: `node ${JSON.stringify(join(import.meta.dirname, "hosts/Page.ts"))} FILES_URL/page.html`,
    exclusions: {
      ...noUndici("a page has no sockets for undici"),
      ...noVariables("a page has no variables"),
      ...firstMemberAlone("Chromium's fetch"),
      ...noUserAgent,
    },
  },
  {
    name: "jest",
    title: "Jest",
    packages: { jest: "30.5.2" },
    host: { module: "Suite", file: "conformance.test.mjs" },
    files: {
      "jest.config.mjs": `export default ${JSON.stringify({ testMatch: ["**/*.test.mjs"], transform: {} })};\n`,
    },
    command: "node --experimental-vm-modules node_modules/jest/bin/jest.js --forceExit",
  },
  vitest("vitest-jsdom", "Vitest, jsdom", { environment: "jsdom" }, { jsdom: "31.0.1" }),
  vitest(
    "vitest-happy-dom",
    "Vitest, happy-dom",
    { environment: "happy-dom" },
    { "happy-dom": "21.0.4" },
  ),
  vitest("vitest-vm-threads", "Vitest, vmThreads", { pool: "vmThreads" }),
];
