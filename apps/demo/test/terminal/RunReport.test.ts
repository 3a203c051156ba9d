import { assert, describe, it } from "@effect/vitest";
import { FakeRun } from "@scorecard-effect/fixtures";
import { tally } from "../../src/analysis/Summary.ts";
import * as RunReport from "../../src/terminal/RunReport.ts";

const base = FakeRun.make({ records: 1 }).record(0);
const empty = tally().summary();

describe("A report", () => {
  it("replaces characters that would control the terminal", () => {
    const hostile = "\u001b[2J\u001b]0;title\u0007 a\r\nb\u009b31m \u202egnp.exe\u2028";
    const line = RunReport.recordLine({ ...base, inputs: { question: hostile } });
    assert.notMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.include(line, "gnp.exe");
  });

  it("splits no character when it cuts", () => {
    assert.isTrue(RunReport.recordLine({ ...base, inputs: { q: "👋".repeat(80) } }).isWellFormed());
  });

  it("shows a record without text, and without scores", () => {
    assert.match(
      RunReport.recordLine({ ...base, inputs: { a: 1 }, scores: [] }),
      /100000 +\{"a":1\} +no scores$/,
    );
  });

  it("reports that there are no scores", () => {
    assert.include(RunReport.table(empty), "No scores");
  });
});
