import { assert, describe, it } from "@effect/vitest";
import { bumpFor, pendingBump, suffices } from "../api/Change.ts";
import { reportChanges } from "../api/report-changes.ts";

const before = `## API Report File

\`\`\`ts

import * as Effect from 'effect/Effect';

// @public
export interface Options {
    readonly pageSize?: number | undefined;
}

// @public
export class Client extends Client_base {
    // (undocumented)
    get message(): string;
}

declare namespace Faults {
    export {
        Fault,
        none
    }
}

// @public
export const list: (options: Options) => string;

// (No @packageDocumentation comment for this package)

\`\`\`
`;

const judged = (from: string, to: string) => {
  assert.include(before, from);
  return reportChanges("client/index", before, before.replace(from, to)).map(
    ({ what, breaking }) => [what, breaking] as const,
  );
};

describe("reportChanges", () => {
  it("finds none where there is none, or where comments and imports differ alone", () => {
    assert.deepStrictEqual(judged("@public", "@public"), []);
    assert.deepStrictEqual(judged("// (undocumented)", "// (documented)"), []);
    assert.deepStrictEqual(judged("import *", "import type *"), []);
    assert.deepStrictEqual(judged("'effect/Effect'", "'elsewhere'"), [
      ["* as Effect comes from elsewhere, not effect/Effect", true],
    ]);
  });

  it("lets new declarations and optional members pass", () => {
    assert.deepStrictEqual(
      judged("// @public\nexport const list", "export type More = 1;\n\nexport const list"),
      [["export type More is new", false]],
    );
    assert.deepStrictEqual(
      judged("{\n    readonly pageSize", "{\n    readonly as?: string;\n    readonly pageSize"),
      [["export interface Options has more", false]],
    );
    assert.deepStrictEqual(judged("        none\n", "        none,\n        some\n"), [
      ["declare namespace Faults has more", false],
    ]);
  });

  it("takes all else for breaking", () => {
    for (const [from, to, what] of [
      ["pageSize?: number", "pageSize?: string", "export interface Options differs"],
      ["pageSize?: number", "pageSize: number", "export interface Options differs"],
      [
        "{\n    readonly pageSize",
        "{\n    readonly key: string;\n    readonly pageSize",
        "export interface Options differs",
      ],
      ["    get message(): string;\n", "", "export class Client extends Client_base differs"],
      ["        Fault,\n", "", "declare namespace Faults differs"],
      ["=> string", "=> number", "export const list differs"],
      [
        "{\n    readonly pageSize",
        "{\n    readonly b?: never;\n    readonly pageSize",
        "export interface Options differs",
      ],
      [
        "(options: Options)",
        "(\n    more?: string,\n    options: Options)",
        "export const list differs",
      ],
      ["(options: Options)", "(options: Options, more?: string)", "export const list differs"],
    ] as const) {
      assert.deepStrictEqual(judged(from, to), [[what, true]], to);
    }
    assert.deepStrictEqual(judged("export const list", "export const lists"), [
      ["export const list is gone", true],
      ["export const lists is new", false],
    ]);
  });

  it("passes over no kind of declaration", () => {
    for (const head of ["enum Kind", "abstract class Kind", "namespace Kind", "let kind: 1;"]) {
      const report = (body: string) => `${before}\n\n${head} {\n    ${body}\n}\n`;
      assert.deepStrictEqual(
        reportChanges("x", report("A = 1"), report("A = 2")).map(({ breaking }) => breaking),
        [true],
        head,
      );
    }
  });

  it("finds an entry point that is new, or gone", () => {
    // As much as a breaking change: its last report may have been lost.
    assert.deepStrictEqual(
      reportChanges("x", "", before).map(({ breaking }) => breaking),
      [true],
    );
    assert.deepStrictEqual(
      reportChanges("x", before, "").map(({ breaking }) => breaking),
      [true, true, true, true],
    );
  });
});

const change = (breaking: boolean) => ({ at: "", what: "", breaking });
const changeset = (bump: string) =>
  `---\n"@scorecard-effect/client": ${bump}\n---\n\nIt says: major\n`;

describe("the bump", () => {
  it("is what changes ask for", () => {
    assert.strictEqual(bumpFor([], "0.1.0"), "none");
    assert.strictEqual(bumpFor([change(false)], "0.1.0"), "patch");
    assert.strictEqual(bumpFor([change(false), change(true)], "0.1.0"), "minor");
    assert.strictEqual(bumpFor([change(false)], "1.2.3"), "minor");
    assert.strictEqual(bumpFor([change(true)], "1.2.3"), "major");
  });

  it("is the highest of the changesets, and of what their heads say alone", () => {
    assert.strictEqual(pendingBump([]), "none");
    assert.strictEqual(pendingBump([changeset("patch")]), "patch");
    assert.strictEqual(pendingBump([changeset("patch"), changeset("minor")]), "minor");
    assert.strictEqual(pendingBump([changeset("minor").replace("client", "demo")]), "none");
  });

  it("suffices where it is as high", () => {
    assert.isTrue(suffices("minor", "patch"));
    assert.isTrue(suffices("none", "none"));
    assert.isFalse(suffices("patch", "minor"));
    assert.isFalse(suffices("none", "patch"));
  });
});
