/** Results as JUnit's XML, which CI services show as tests. */
import { xml } from "./Markup.ts";

/** One line of a CI service's list of tests. */
export interface Check {
  readonly group: "reading" | "gates" | "metrics" | "slices";
  readonly name: string;
  /** What was found. */
  readonly says: string;
  /** `failed` is a broken gate; `error` is a run that could not be read. */
  readonly outcome: "passed" | "failed" | "error";
}

/**
 * A JUnit document. Its tests are the reading of the run, the gates, and the metrics in the run and in its slices, which
 * never fail by themselves.
 */
export const document = (name: string, checks: ReadonlyArray<Check>, seconds: number): string => {
  const suites = Array.from(Map.groupBy(checks, ({ group }) => group));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(name)}"${countsOf(checks)} time="${seconds.toFixed(3)}">`,
    ...suites.flatMap(([group, own]) => [
      `  <testsuite name="${group}"${countsOf(own)}>`,
      ...own.flatMap(testcase),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
};

const countsOf = (checks: ReadonlyArray<Check>): string => {
  const countOf = (outcome: Check["outcome"]) =>
    checks.filter((check) => check.outcome === outcome).length;
  return ` tests="${checks.length}" failures="${countOf("failed")}" errors="${countOf("error")}"`;
};

const testcase = ({ group, name, says, outcome }: Check): ReadonlyArray<string> => [
  `    <testcase classname="demo.${group}" name="${xml(name)}">`,
  outcome === "passed"
    ? `      <system-out>${xml(says)}</system-out>`
    : `      <${outcome === "failed" ? "failure" : "error"} message="${xml(says)}"/>`,
  "    </testcase>",
];
