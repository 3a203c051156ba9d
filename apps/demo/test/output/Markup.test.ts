import { assert, describe, it } from "@effect/vitest";
import * as Junit from "../../src/output/Junit.ts";
import * as Markup from "../../src/output/Markup.ts";

const hostile =
  "]]><script>alert(1)</script> | a\\| ``x`` **b** [l](http://x.test) @team #1 www.x.test &amp; \u0000\u001b\u202e\uFFFE\uD800 'q' \"q\"\n| c";

describe("Text of records", () => {
  it("is one line of XML, with characters that XML allows", () => {
    const text = Markup.xml(hostile);
    assert.notMatch(text, /[<>"'\ufffe\uffff]|\p{Cc}|\p{Cs}/u);
    assert.notMatch(text, /&(?!#\d+;)/);
    assert.include(text, "&#60;script&#62;alert(1)");
  });

  it("is one line of code in Markdown, with no markup of its own", () => {
    const text = Markup.markdown(hostile);
    const inner = text.slice("<code>".length, -"</code>".length);
    assert.strictEqual(text, `<code>${inner}</code>`);
    assert.notMatch(inner.replaceAll(/&#\d+;/g, ""), /[!-+./:-@[-`{-~]|\n/);
    assert.strictEqual(
      inner
        .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
        .slice(0, 28),
      "]]><script>alert(1)</script>",
    );
    assert.strictEqual(Markup.markdown(""), "");
  });
});

describe("A JUnit document", () => {
  it("counts broken gates as failures, and runs that were not read as errors", () => {
    const text = Junit.document(
      "Run <1>",
      [
        { group: "reading", name: "read", says: "no & no", outcome: "error" },
        { group: "gates", name: "a", says: "below", outcome: "failed" },
        { group: "gates", name: "b", says: "above", outcome: "passed" },
      ],
      1.5,
    );
    assert.strictEqual(
      text,
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Run &#60;1&#62;" tests="3" failures="1" errors="1" time="1.500">
  <testsuite name="reading" tests="1" failures="0" errors="1">
    <testcase classname="demo.reading" name="read">
      <error message="no &#38; no"/>
    </testcase>
  </testsuite>
  <testsuite name="gates" tests="2" failures="1" errors="0">
    <testcase classname="demo.gates" name="a">
      <failure message="below"/>
    </testcase>
    <testcase classname="demo.gates" name="b">
      <system-out>above</system-out>
    </testcase>
  </testsuite>
</testsuites>
`,
    );
  });
});
