import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brokenLinks } from "../src/links.ts";

const files = {
  "index.html": `<a href="deep/page.html#there">x</a> <a href="deep/page.html#gone">x</a> <img src="no.png">
    <a href="https://elsewhere.example/no">x</a> <a href="#own">x</a> <p id="own"></p>
    <a href='single.html'>x</a> <a href="/index.html">x</a>`,
  "deep/page.html":
    '<h2 id="there"></h2> <a href="../index.html?x=1#own">x</a> <a href="../none.html">x</a>',
  "README.md": [
    "# Title: of `it`, once",
    "[a](deep/GUIDE.md#to-be-found) [b](deep/GUIDE.md#not-there) [c](missing.md) [d](#title-of-it-once)",
    "[folder](deep) `[code](none.md)`",
    "```md\n[fenced](none.md)\n# Fenced\n```",
    '[titled](gone.md "Title") [titled](deep/GUIDE.md "Title") [angled](<no file.md>) [round](a_(b).md)',
    "[referred][to]\n\n[to]: defined.md 'Title'\n[too]: deep/GUIDE.md",
    '<img src="raw.png"> <a href="deep/GUIDE.md">x</a> [odd](%E0%A4%A.md) [odd](deep/GUIDE.md#%)',
    "[fenced](#fenced) [mail](mailto:a@example.com) [out](../../../..)",
  ].join("\n\n"),
  "deep/GUIDE.md":
    "## To be found\n\n## To be found\n\n[second](#to-be-found-1) [third](#to-be-found-2)",
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scorecard-effect-links-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("brokenLinks", () => {
  it("are those that lead nowhere, and no others", () => {
    assert.sameDeepMembers(
      brokenLinks(folder).map(({ file, link, problem }) => `${file}: ${link} ${problem}`),
      [
        "index.html: deep/page.html#gone has no such place",
        "index.html: no.png is not there",
        "index.html: single.html is not there",
        "index.html: /index.html begins at the host",
        "deep/page.html: ../none.html is not there",
        "README.md: deep/GUIDE.md#not-there has no such place",
        "README.md: missing.md is not there",
        "README.md: gone.md is not there",
        "README.md: no file.md is not there",
        "README.md: a_(b).md is not there",
        "README.md: defined.md is not there",
        "README.md: raw.png is not there",
        "README.md: %E0%A4%A.md is no URL",
        "README.md: deep/GUIDE.md#% is no URL",
        "README.md: #fenced has no such place",
        "README.md: ../../../.. leads out",
        "deep/GUIDE.md: #to-be-found-2 has no such place",
      ],
    );
  });
});
