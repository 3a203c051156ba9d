import { assert, describe, it } from "@effect/vitest";
import { Option, Result, Schema } from "effect";
import { formatIssue, formatIssues, issuesOf } from "../src/index.ts";

describe("An issue", () => {
  it("is one line, even if its schema's message has several", () => {
    const MultilineMessage = Schema.Struct({
      "a\nb/c~d": Schema.String.check(Schema.makeFilter(() => "two\nlines \u202e")),
    });
    const [issue] = issuesOf(
      Option.getOrThrow(
        Result.getFailure(Schema.decodeUnknownResult(MultilineMessage)({ "a\nb/c~d": "" })),
      ),
    );
    assert.deepStrictEqual(issue, { path: "/a\nb~1c~0d", message: "two lines \u202e" });
    assert.strictEqual(
      formatIssue(issue ?? { path: "", message: "" }),
      String.raw`/a\u{a}b~1c~0d: two lines \u{202e}`,
    );
  });

  it("is short: formatIssues cuts each issue, and lists five", () => {
    const issues = Array.from({ length: 9 }, () => ({
      path: "p".repeat(9000),
      message: "m".repeat(9000),
    }));
    assert.isBelow(formatIssues(issues).length, 3100);
    assert.match(formatIssues(issues), /; and 4 more$/);
    assert.strictEqual(
      formatIssues(issues.slice(0, 1)),
      formatIssue(issues[0] ?? { path: "", message: "" }),
    );
  });

  it("has a path that is escaped as a JSON Pointer", () => {
    const result = Schema.decodeUnknownResult(Schema.Record(Schema.String, Schema.Finite))({
      "a/b~c": "x",
    });
    assert.isTrue(Result.isFailure(result));
    if (Result.isFailure(result)) assert.strictEqual(issuesOf(result.failure)[0]?.path, "/a~1b~0c");
  });
});
