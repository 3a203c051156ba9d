/**
 * The page: `web/` bundled in memory, and put into one HTML document that needs nothing else. A session serves
 * it, a saved report is the same with its records inside.
 */
import { Data, Effect } from "effect";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Meta } from "./ExploreProtocol.ts";

/** The page cannot be put together: an installation that is not whole, or a mistake in `web/`. */
class PageError extends Data.TaggedError("PageError")<{ readonly problem: string }> {
  override get message(): string {
    return `The page cannot be put together: ${this.problem}`;
  }
}

/** What the page is made of. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

const web = join(import.meta.dirname, "../../web");

const bundle = async (entry: string, define: Record<string, string> = {}): Promise<string> => {
  // Only this command needs it: the others start without.
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

/** Bundles the page: some tenths of a second, and no file is written. */
export const build = Effect.tryPromise({
  try: async (): Promise<Assets> => {
    const worker = await bundle("worker/worker.ts");
    const [script, style] = await Promise.all([
      // The worker travels as a text: a saved report has no server to ask for it.
      bundle("main.tsx", { WORKER: JSON.stringify(worker) }),
      readFile(join(web, "page.css"), "utf8"),
    ]);
    return { script, style };
  },
  catch: (cause) =>
    new PageError({ problem: cause instanceof Error ? cause.message : String(cause) }),
}).pipe(Effect.withSpan("PageDocument.build"));

/**
 * The page's Content-Security-Policy: its own script and style by their hashes, a worker made from that script,
 * and connections to its own session alone, or to nothing. Texts of records cannot run, load or send anything,
 * even if one slipped through as markup.
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

/** The document, from its start to where the data of a saved report belongs. */
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

/** JSON as it may stand in a script element: no `<` could end the element, or begin a comment. */
export const json = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");

const escape = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

const hash = (text: string): string =>
  `sha256-${createHash("sha256").update(text).digest("base64")}`;
