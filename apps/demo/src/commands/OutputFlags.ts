/** The flags that say how results are written. */
import * as Flags from "@scorecard-effect/contract/cli/Flags";
import * as Option from "effect/Option";
import * as Flag from "effect/cli/Flag";
import { type Reduction, reductions } from "../analysis/Reduction.ts";
import * as SlicePath from "../analysis/SlicePath.ts";

export const json = Flags.toggle("json", "Write one JSON document to stdout and nothing else");

const defaultListed = 3;

/** How many findings a report lists for each metric. */
export const listed = (name: string, what: string) =>
  Flags.wholeNumber(name, {
    min: 0,
    max: 1000,
    metavar: "N",
    description: `How many ${what} to list per metric (default ${defaultListed})`,
  }).pipe(Flag.withDefault(defaultListed));

/** How the trials of a testcase become one value. */
export const reduce = Flag.Literals("reduce", reductions).pipe(
  Flag.withDescription(
    "How records that share a testcase become one value: their mean (default), or whether any, all or the majority pass",
  ),
  Flag.withDefault<Reduction>("mean"),
);

/** Whether an export has the values of testcases as columns, and how trials become them. */
export const testcaseColumns = Flag.Literals("testcases", reductions).pipe(
  Flag.withDescription(
    "Add a column for each metric with the value of the record's testcase: its trials' mean, or whether any, all or the majority pass. Reads the run twice",
  ),
  Flag.optional,
);

/** The most paths of `--by`. */
const maxPaths = 10;

/** The paths whose values slice a run, each once. */
const paths = Flag.String("by").pipe(
  Flag.atLeast(0),
  Flag.filterMap(
    (texts) => {
      const distinct = new Map<string, SlicePath.SlicePath>();
      for (const text of texts) {
        const path = SlicePath.parse(text);
        if ("problem" in path) return Option.none();
        if (!distinct.has(path.pointer)) distinct.set(path.pointer, path);
      }
      return distinct.size > maxPaths ? Option.none() : Option.some(Array.from(distinct.values()));
    },
    (texts) => {
      for (const text of texts) {
        const path = SlicePath.parse(text);
        if ("problem" in path) {
          return `Expected a path such as inputs.category, got ${JSON.stringify(text)}, which ${path.problem}`;
        }
      }
      return `Expected at most ${maxPaths} paths`;
    },
  ),
  Flag.withMetavar("PATH"),
);

/** `--by` of the reports. */
export const by = paths.pipe(
  Flag.withDescription(
    "Also show the figures of each slice: the records with one value at PATH, such as inputs.category or /inputs/category. Can be given several times",
  ),
);

/** What is known of the metrics. */
export const metrics = Flags.text("metrics", {
  metavar: "FILE",
  description:
    "What you know of your metrics, as JSON: names, where values are, which pass, units. demo metrics writes a first such file",
});

/** `--by` of an export. */
export const sliceColumns = paths.pipe(
  Flag.withDescription(
    "Add a column with the slice of each record: its value at PATH, such as inputs.category. Can be given several times",
  ),
);

/** The files beside the output, for a CI service. */
export const files = {
  junit: Flags.text("junit", {
    metavar: "FILE",
    description: "Write the gates and metrics as JUnit XML, for a CI service",
  }),
  markdown: Flags.text("markdown", {
    metavar: "FILE",
    description: "Write a summary in Markdown, for a pull request",
  }),
};
