/**
 * Why a value is not a page, or not a record: the first departure from the contract, found without a schema. It agrees
 * with the first issue of the schemas (a property test compares them), so that a program that lists runs need not load
 * Effect's Schema.
 */
import type { Issue } from "../Issue.ts";
import { isMetricConfigId } from "../Uuid.ts";

/** Finds the first issue of a value at a path; undefined if there is none. */
type Check = (value: unknown, path: string) => Issue | undefined;

/** A field of an object: required, unless its name ends with a question mark. */
type Field = readonly [name: string, check: Check];

const expected =
  (what: string, holds: (value: unknown) => boolean): Check =>
  (value, path) =>
    holds(value) ? undefined : { path, message: `Expected ${what}` };

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const object =
  (fields: ReadonlyArray<Field>, name = "object"): Check =>
  (value, path) => {
    if (!isObject(value)) return { path, message: `Expected ${name}` };
    for (const [field, check] of fields) {
      const key = field.replace("?", "");
      if (!(key in value)) {
        if (key === field) return { path: `${path}/${key}`, message: "Missing key" };
        continue;
      }
      const issue = check(value[key], `${path}/${key}`);
      if (issue !== undefined) return issue;
    }
    return undefined;
  };

const array =
  (item: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return { path, message: "Expected array" };
    for (const [index, own] of value.entries()) {
      const issue = item(own, `${path}/${index}`);
      if (issue !== undefined) return issue;
    }
    return undefined;
  };

/** The first of several checks that finds an issue. */
const all =
  (...checks: ReadonlyArray<Check>): Check =>
  (value, path) => {
    for (const check of checks) {
      const issue = check(value, path);
      if (issue !== undefined) return issue;
    }
    return undefined;
  };

const string = expected("string", (value) => typeof value === "string");
const jsonObject = expected("object", isObject);
const anything: Check = () => undefined;

const score = object(
  [
    ["recordId", string],
    [
      "metricConfigId",
      all(
        string,
        expected("a UUID", (value) => typeof value === "string" && isMetricConfigId(value)),
      ),
    ],
    ["score", jsonObject],
    [
      "validationErrors?",
      array(
        object([
          ["path", string],
          ["message", string],
        ]),
      ),
    ],
  ],
  "Score",
);

const record = object(
  [
    ["id", string],
    ["runId", string],
    ["testcaseId?", string],
    ["inputs", jsonObject],
    ["expected", jsonObject],
    ["outputs", jsonObject],
    ["scores", array(score)],
  ],
  "RecordWithScores",
);

const page = (data: Check): Check =>
  object([
    ["data", array(data)],
    ["nextCursor", expected("string | null", (own) => typeof own === "string" || own === null)],
    ["hasMore", expected("boolean", (own) => typeof own === "boolean")],
    [
      "total?",
      all(
        expected("number", (own) => typeof own === "number"),
        expected("a whole number of at most 2^53 - 1", Number.isSafeInteger),
        expected("a value greater than or equal to 0", (own) => Number(own) >= 0),
      ),
    ],
  ]);

const recordPage = page(record);
const envelope = page(anything);

/** The first issue of a value that should be a `RecordPage`; undefined if it is one. */
export const ofPage = (value: unknown): Issue | undefined => recordPage(value, "");

/** The same for a page whose records may be any values. */
export const ofEnvelope = (value: unknown): Issue | undefined => envelope(value, "");

/** The first issue of a value that should be a `RecordWithScores`; undefined if it is one. */
export const ofRecord = (value: unknown): Issue | undefined => record(value, "");

/** A score of a record that is not valid. */
export interface InvalidScore {
  /** The position of the score in the record's `scores`, from 0. */
  readonly index: number;
  /** The metric, if the score names one. */
  readonly metricConfigId?: string | undefined;
  /** Where it departs from the contract, as a JSON Pointer relative to the record. */
  readonly path: string;
  /** Whether the score has no value yet: `score` is missing or null, and nothing else is wrong. */
  readonly isPending: boolean;
}

/** Each invalid score of a record with its first issue, whatever else is wrong with the record. */
export const ofScores = (
  value: unknown,
): ReadonlyArray<{ readonly score: InvalidScore; readonly issue: Issue }> => {
  const scores = isObject(value) ? value["scores"] : undefined;
  if (!Array.isArray(scores)) return [];
  return scores.flatMap((own: unknown, index) => {
    const path = `/scores/${index}`;
    const issue = score(own, path);
    return issue === undefined
      ? []
      : [
          {
            score: {
              index,
              metricConfigId: metricOf(own),
              path: issue.path,
              isPending: isPending(own),
            },
            issue,
          },
        ];
  });
};

const metricOf = (own: unknown): string | undefined =>
  isObject(own) && typeof own["metricConfigId"] === "string" ? own["metricConfigId"] : undefined;

// With a value in its place, it is a score of the contract.
const isPending = (own: unknown): boolean =>
  isObject(own) &&
  (own["score"] === undefined || own["score"] === null) &&
  score({ ...own, score: {} }, "") === undefined;
