/**
 * The page's HTML document: `web/` is bundled in memory and embedded in it. A session serves it; a saved report is
 * the same document with its records inside.
 */
import { Data, Effect } from "effect";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Meta } from "./ExploreProtocol.ts";

/** The page cannot be built: the installation is incomplete, or `web/` has an error. */
class PageError extends Data.TaggedError("PageError")<{ readonly problem: string }> {
  override get message(): string {
    return `The page cannot be built: ${this.problem}`;
  }
}

/** The parts of the page. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

const web = join(import.meta.dirname, "../../web");

const bundle = async (entry: string, define: Record<string, string> = {}): Promise<string> => {
  // Loaded on demand, because the other commands do not need it.
  const esbuild = await import("esbuild");
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(web, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    define,
  });
  return outputFiles[0]?.text ?? "";
};

/** Bundles the page, which takes some tenths of a second. Writes no file. */
export const build = Effect.tryPromise({
  try: async (): Promise<Assets> => {
    const worker = await bundle("worker/worker.ts");
    const [script, style] = await Promise.all([
      // The worker is embedded as a text, because a saved report has no server.
      bundle("main.tsx", { WORKER: JSON.stringify(worker) }),
      readFile(join(web, "page.css"), "utf8"),
    ]);
    return { script, style };
  },
  catch: (cause) =>
    new PageError({ problem: cause instanceof Error ? cause.message : String(cause) }),
}).pipe(Effect.withSpan("PageDocument.build"));

/**
 * The page's Content-Security-Policy. It allows the page's own script and style, by their hashes, a worker made from
 * that script, and connections to the page's session; none in a saved report. Even a record's text that became markup
 * could not run, load or send anything.
 */
export const policy = ({ script, style }: Assets, mode: Meta["mode"]): string =>
  [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    "img-src data:",
    "worker-src blob:",
    `connect-src ${mode === "live" ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types explore",
  ].join("; ");

/** The document from its start to the place for a saved report's data. */
export const head = (meta: Meta, assets: Assets): string => {
  const title = `${meta.runs.length > 1 ? "Runs" : "Run"} ${meta.runs.join(" and ")} · Scorecard explorer`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(assets, meta.mode)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escape(title)}</title>
<style>${assets.style}</style>
</head>
<body>
<div id="root"><noscript>This page needs JavaScript.</noscript></div>
<script type="application/json" id="meta">${json(meta)}</script>
`;
};

/** The rest of the document. */
export const tail = ({ script }: Assets): string => `<script>${script}</script>
</body>
</html>
`;

/** JSON for a script element. It has no `<`, which could end the element or start a comment. */
export const json = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");

const escape = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

const hash = (text: string): string =>
  `sha256-${createHash("sha256").update(text).digest("base64")}`;
