/**
 * Reads promptfoo's results: the JSON of `promptfoo eval --output results.json` of any version, the JSON lines of
 * `--output results.jsonl`, and what `promptfoo.evaluate()` returns. A result becomes a record; each column of
 * promptfoo's table, a prompt with a provider, becomes a run; repeated tests are trials of one testcase; each kind of
 * assertion is a metric. What has no place in a record keeps its own name in the outputs.
 */
import {
  formatIssue,
  issuesOf,
  JsonObject,
  OpenStruct,
  RecordId,
  RunId,
  TestcaseId,
} from "@scorecard-effect/contract";
import { Effect, FileSystem, Predicate, Result, Schema, Stream } from "effect";
import { ImportError } from "./ImportError.ts";
import { type ImportedRecord, type ImportedRun, withoutEmpty } from "./ImportedRun.ts";
import * as JsonText from "./JsonText.ts";
import { metricIdOf, uuidOf } from "./MetricId.ts";

const tool = "promptfoo";

const optional = <S extends Schema.Codec<unknown, unknown>>(schema: S) =>
  Schema.optionalKey(Schema.NullOr(schema));

const Grading = OpenStruct({
  pass: Schema.Boolean,
  score: optional(Schema.Finite),
  namedScores: optional(JsonObject),
  componentResults: optional(
    Schema.Array(
      Schema.NullOr(
        OpenStruct({
          pass: Schema.Boolean,
          assertion: optional(
            OpenStruct({ type: optional(Schema.String), metric: optional(Schema.String) }),
          ),
        }),
      ),
    ),
  ),
});

/** One cell of promptfoo's table. */
const Row = OpenStruct({
  success: Schema.Boolean,
  score: optional(Schema.Finite),
  vars: optional(JsonObject),
  id: optional(Schema.String),
  promptIdx: optional(Schema.Int),
  testIdx: optional(Schema.Int),
  prompt: optional(Schema.Union([Schema.String, JsonObject])),
  provider: optional(Schema.Union([Schema.String, JsonObject])),
  response: optional(Schema.Unknown),
  testCase: optional(JsonObject),
  failureReason: optional(Schema.Unknown),
  namedScores: optional(JsonObject),
  gradingResult: optional(Grading),
});
type Row = typeof Row.Type;

/** A row, and where it is in the file. */
interface PlacedRow {
  readonly row: Row;
  readonly index: number;
}

/** Reads a file. It may hold several runs. */
export const read = Effect.fn("Promptfoo.read")(function* (
  file: string,
): Effect.fn.Return<ReadonlyArray<ImportedRun>, ImportError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem;
  const bytes = yield* Effect.mapError(
    fs.readFile(file),
    ({ reason }) =>
      new ImportError({ file, problem: `cannot be read: ${reasons[reason._tag] ?? reason._tag}` }),
  );
  return yield* Effect.mapError(
    Effect.fromResult(Result.flatMap(JsonText.decode(bytes), runsOf)),
    (problem) => new ImportError({ file, problem }),
  );
});

const reasons: Readonly<Record<string, string>> = {
  NotFound: "there is no such file",
  PermissionDenied: "permission denied",
  BadResource: "it is not a file",
};

/** The rows of a file, and what it says about all of them. */
interface Results {
  readonly evalId: string;
  readonly rows: ReadonlyArray<PlacedRow>;
  readonly about: JsonObject;
  readonly prompts: ReadonlyArray<unknown>;
}

const runsOf = (text: string): Result.Result<ReadonlyArray<ImportedRun>, string> =>
  Result.map(resultsOf(text), ({ evalId, rows, about, prompts }) => {
    const columns = Map.groupBy(rows, ({ row }) => columnOf(row));
    const testcase = testcases(rows);
    return Array.from(columns.values())
      .toSorted(([a], [b]) => (a?.row.promptIdx ?? 0) - (b?.row.promptIdx ?? 0))
      .map((column, index) => {
        const runId = RunId.make(columns.size === 1 ? evalId : `${evalId}.${index + 1}`);
        const ids = recordIds(column);
        const first = column[0]?.row;
        return {
          runId,
          title: titleOf(first),
          about: withoutEmpty({ ...about, prompt: prompts[first?.promptIdx ?? index] }),
          records: Stream.fromIterable(
            column.map((placed, at) =>
              recordOf(placed.row, runId, ids[at] ?? "", testcase(placed.row)),
            ),
          ),
        };
      });
  });

const resultsOf = (text: string): Result.Result<Results, string> => {
  if (text.trim() === "") return Result.fail("is empty");
  const json = JsonText.parse(text);
  if (Result.isSuccess(json))
    return Result.flatMap(documentOf(json.success), (found) => found(text));
  const lines = text.split("\n");
  const first = JsonText.parse(lines[0] ?? "");
  if (Result.isFailure(first) || !Predicate.isObject(first.success)) {
    return Result.fail(
      `is not JSON: ${json.failure}. promptfoo writes it with --output results.json`,
    );
  }
  return linesOf(lines, text);
};

const linesOf = (lines: ReadonlyArray<string>, text: string): Result.Result<Results, string> => {
  const rows: Array<PlacedRow> = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const row = Result.flatMap(
      Result.mapError(JsonText.parse(line), (problem) => `is not JSON: ${problem}`),
      (json) => decoded(Row, json, ""),
    );
    if (Result.isFailure(row)) return Result.fail(`line ${index + 1}: ${row.failure}`);
    rows.push({ row: row.success, index: rows.length });
  }
  return Result.succeed({ evalId: `${tool}-${uuidOf(text)}`, rows, about: {}, prompts: [] });
};

type Finish = (text: string) => Result.Result<Results, string>;

/** A document holds `{ evalId, results: { results, prompts, … }, … }`, or the inner object alone, or one row. */
const documentOf = (json: unknown): Result.Result<Finish, string> => {
  const outer = Predicate.hasProperty(json, "results") ? json.results : undefined;
  const isWhole = Predicate.hasProperty(outer, "results");
  const list = isWhole ? outer.results : outer;
  const path = isWhole ? "/results/results" : "/results";
  if (Predicate.hasProperty(json, "success") && Predicate.hasProperty(json, "gradingResult")) {
    return Result.succeed((text) => linesOf([text.replaceAll("\n", " ")], text));
  }
  if (!Array.isArray(list)) {
    return Result.fail(`holds no results of promptfoo: ${path} is no list`);
  }
  return Result.succeed((text) => {
    const rows: Array<PlacedRow> = [];
    for (const [index, own] of list.entries()) {
      const row = decoded(Row, own, `${path}/${index}`);
      if (Result.isFailure(row)) return Result.fail(row.failure);
      rows.push({ row: row.success, index });
    }
    if (rows.length === 0) return Result.fail(`has no results: ${path} is empty`);
    const { results: _, evalId, ...top } = objectOf(json);
    // The table repeats the results.
    const { results: _rows, prompts, table: _table, ...summary } = objectOf(isWhole ? outer : json);
    return Result.succeed({
      evalId: typeof evalId === "string" && evalId !== "" ? evalId : `${tool}-${uuidOf(text)}`,
      rows,
      about: isWhole ? { evalId, ...top, results: summary } : { evalId, ...summary },
      prompts: Array.isArray(prompts) ? prompts : [],
    });
  });
};

/** The column of a result: its number, or its prompt and provider where early versions have none. */
const columnOf = ({ promptIdx, prompt, provider }: Row): string => {
  if (promptIdx !== undefined && promptIdx !== null) return String(promptIdx);
  const { label, display, raw } = promptOf(prompt);
  return JSON.stringify([label ?? display ?? raw, providerOf(provider)]);
};

const promptOf = (prompt: Row["prompt"]): JsonObject =>
  typeof prompt === "string" ? { raw: prompt } : (prompt ?? {});

const providerOf = (provider: Row["provider"]): unknown => {
  if (!Predicate.isObject(provider)) return provider;
  const { id, label } = objectOf(provider);
  return label === undefined || label === null || label === "" ? id : label;
};

const titleOf = (row: Row | undefined): string => {
  const { label, display } = promptOf(row?.prompt);
  const provider = providerOf(row?.provider);
  return [
    ...(typeof provider === "string" ? [`provider ${provider}`] : []),
    ...[label ?? display].flatMap((text) =>
      typeof text === "string" && text !== "" ? [`prompt ${text}`] : [],
    ),
  ].join(", ");
};

/**
 * The testcase of a result. promptfoo gives each repetition of a test a number of its own, and other numbers when tests
 * are added, so that a testcase is known by what it is: its description and its variables. Where tests that differ in
 * their assertions alone have the same, these count as well.
 */
const testcases = (rows: ReadonlyArray<PlacedRow>): ((row: Row) => TestcaseId) => {
  const assertions = new Map<string, Set<string>>();
  for (const { row } of rows) {
    const subject = subjectOf(row);
    const known = assertions.get(subject) ?? new Set();
    assertions.set(subject, known.add(assertionsOf(row)));
  }
  return (row) => {
    const subject = subjectOf(row);
    const isShared = (assertions.get(subject)?.size ?? 0) > 1;
    return TestcaseId.make(uuidOf(isShared ? `${subject}${assertionsOf(row)}` : subject));
  };
};

const subjectOf = ({ vars, testCase }: Row) =>
  canonical([testCase?.["description"] ?? null, vars ?? testCase?.["vars"] ?? {}]);
const assertionsOf = ({ testCase }: Row) => canonical(testCase?.["assert"] ?? []);

/** JSON with the members of objects in order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    Predicate.isObject(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

/** The ids of a run's records: promptfoo's own where each has one, or else the numbers of their tests. */
const recordIds = (rows: ReadonlyArray<PlacedRow>): ReadonlyArray<string> => {
  const candidates = [
    rows.map(({ row }) => row.id ?? ""),
    rows.map(({ row }) => String(row.testIdx ?? "")),
  ];
  return (
    candidates.find((ids) => !ids.includes("") && new Set(ids).size === ids.length) ??
    rows.map(({ index }) => String(index))
  );
};

const recordOf = (row: Row, runId: RunId, id: string, testcaseId: TestcaseId): ImportedRecord => {
  const {
    vars,
    prompt,
    provider,
    response,
    testCase,
    gradingResult,
    id: _,
    ...rest
  }: Row & JsonObject = row;
  const { raw, ...otherPrompt } = promptOf(prompt);
  const { vars: testVars, assert, threshold, description, ...otherTest } = testCase ?? {};
  const { output, ...otherResponse } = Predicate.isObject(response)
    ? objectOf(response)
    : { output: response };
  const recordId = RecordId.make(id);
  const namedScores = gradingResult?.namedScores;
  return {
    id: recordId,
    runId,
    testcaseId,
    inputs: withoutEmpty({
      prompt: raw,
      vars: vars ?? testVars,
      description,
      template: otherPrompt,
      testCase: otherTest,
    }),
    expected: withoutEmpty({ assert, threshold }),
    outputs: withoutEmpty({
      output,
      response: otherResponse,
      provider,
      ...rest,
      // The same as those of the result, unless a version says otherwise.
      gradedNamedScores:
        canonical(namedScores ?? {}) === canonical(row.namedScores ?? {}) ? undefined : namedScores,
    }),
    scores: scoresOf(row).map(({ name, score }) => ({
      recordId,
      metricConfigId: metricIdOf(tool, name),
      metricName: name,
      score: withoutEmpty(score),
    })),
  };
};

/** A score with the name of its metric. */
interface NamedScore {
  readonly name: string;
  readonly score: JsonObject;
}

/** The verdict of the test, each assertion, and the named scores that no assertion has. */
const scoresOf = (row: Row & JsonObject): ReadonlyArray<NamedScore> => {
  const { gradingResult, failureReason, success, score, error } = row;
  // A provider that failed gave no answer, so nothing was graded: the record has no scores, and its error.
  if (gradingResult === undefined || gradingResult === null) {
    const isError = failureReason === 2 || (typeof error === "string" && error !== "");
    return isError ? [] : [{ name: "test", score: { pass: success, score } }];
  }
  const { namedScores: _, componentResults, ...grading } = gradingResult;
  const components = (componentResults ?? []).flatMap((component): ReadonlyArray<NamedScore> => {
    if (component === null) return [];
    const { type, metric } = component.assertion ?? {};
    return [{ name: metric ?? type ?? "assert-set", score: { ...component } }];
  });
  const names = new Set(components.map(({ name }) => name));
  return [
    { name: "test", score: grading },
    ...components,
    ...Object.entries(row.namedScores ?? {})
      .filter(([name]) => !names.has(name))
      .map(([name, value]) => ({ name, score: { score: value } })),
  ];
};

const objectOf = (value: unknown): JsonObject => (Predicate.isObject(value) ? { ...value } : {});

const decoded = <A>(
  schema: Schema.Codec<A, unknown>,
  json: unknown,
  path: string,
): Result.Result<A, string> =>
  Result.mapError(Schema.decodeUnknownResult(schema)(json), (error) => {
    const [issue] = issuesOf(error);
    return `${path}${issue === undefined ? " has another form" : formatIssue(issue)}`;
  });
