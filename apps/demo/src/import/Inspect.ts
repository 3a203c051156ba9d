/**
 * Reads the logs of Inspect: `.json` files, and `.eval` files, which are archives with a JSON file for each sample. A
 * sample becomes a record, its epochs are trials of one testcase, and each of its scorers is a metric. What has no place
 * in a record keeps its own name in the outputs.
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
import * as Zip from "./Zip.ts";

const tool = "inspect";

/** The part of a log that is about the whole run. */
const Header = OpenStruct({
  eval: OpenStruct({
    task: Schema.String,
    model: Schema.optionalKey(Schema.NullOr(Schema.String)),
    eval_id: Schema.optionalKey(Schema.NullOr(Schema.String)),
    task_id: Schema.optionalKey(Schema.NullOr(Schema.String)),
    run_id: Schema.optionalKey(Schema.NullOr(Schema.String)),
    created: Schema.optionalKey(Schema.NullOr(Schema.String)),
  }),
  samples: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Unknown))),
});

const Score = JsonObject.check(
  Schema.makeFilter((score) => "value" in score, { expected: "a score with a value" }),
);

const Sample = OpenStruct({
  id: Schema.Union([Schema.String, Schema.Finite]),
  epoch: Schema.Int,
  input: Schema.Unknown,
  target: Schema.optionalKey(Schema.Unknown),
  scores: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Score))),
  // Logs of early versions have one score.
  score: Schema.optionalKey(Schema.NullOr(Score)),
  output: Schema.optionalKey(Schema.NullOr(JsonObject)),
  attachments: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.String))),
});

/** Reads a log. */
export const read = Effect.fn("Inspect.read")(function* (
  file: string,
): Effect.fn.Return<ImportedRun, ImportError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem;
  const isArchive = yield* Effect.scoped(
    Effect.flatMap(fs.open(file), (open) => open.readAlloc(4, { position: 0n })),
  ).pipe(
    Effect.map((start) => start._tag === "Some" && Zip.isZip(start.value)),
    Effect.mapError((error) => unreadable(file, error)),
  );
  return isArchive ? yield* readArchive(file) : yield* readJson(file);
});

const readJson = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem;
  const bytes = yield* Effect.mapError(fs.readFile(file), (error) => unreadable(file, error));
  const { samples, ...header } = yield* jsonOf(file, "", bytes).pipe(
    Effect.flatMap((json) => decoded(file, "", Header, json)),
  );
  if (samples === undefined || samples === null || samples.length === 0) {
    return yield* new ImportError({
      file,
      problem: "has no samples: the run was logged without them",
    });
  }
  const runId = runIdOf(header.eval);
  return runOf(
    runId,
    header,
    Stream.fromIterable(samples.entries()).pipe(
      Stream.mapEffect(([index, sample]) =>
        recordOf({ file, place: `/samples/${index}`, runId }, sample),
      ),
    ),
  );
});

/** The samples of an archive. */
const sampleName = /^samples\/[^/]*(?:\/.*)?\.json$/;

const readArchive = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem;
  const inArchive = <A>(use: (open: FileSystem.File) => Effect.Effect<A, ImportError>) =>
    Effect.scoped(
      Effect.flatMap(
        Effect.mapError(fs.open(file), (error) => unreadable(file, error)),
        use,
      ),
    );
  const entries = yield* inArchive((open) =>
    Effect.mapError(Zip.entries(open), (error) => unreadable(file, error)),
  );
  const json = (entry: Zip.ZipEntry) =>
    inArchive((open) =>
      Effect.mapError(Zip.read(open, entry), (error) => unreadable(file, error)),
    ).pipe(Effect.flatMap((bytes) => jsonOf(file, entry.name, bytes)));
  // A run that was interrupted has no header yet.
  const headerEntry =
    entries.find(({ name }) => name === "header.json") ??
    entries.find(({ name }) => name === "_journal/start.json" || name === "start.json");
  if (headerEntry === undefined) {
    return yield* new ImportError({
      file,
      problem: "is an archive without header.json: Inspect did not write it",
    });
  }
  const header = yield* decoded(file, headerEntry.name, Header, yield* json(headerEntry));
  const samples = entries.filter(({ name }) => sampleName.test(name));
  const chunked = samples.find(({ name }) => !/^samples\/[^/]*_epoch_\d+\.json$/.test(name));
  if (chunked !== undefined && /_epoch_\d+\//.test(chunked.name)) {
    return yield* new ImportError({
      file,
      problem: `${chunked.name}: samples in chunks are not supported: write the log with inspect log convert --to json`,
    });
  }
  if (samples.length === 0) return yield* new ImportError({ file, problem: "has no samples" });
  const runId = runIdOf(header.eval);
  const reductions = entries.find(({ name }) => name === "reductions.json");
  const about =
    reductions === undefined ? header : { ...header, reductions: yield* json(reductions) };
  return runOf(
    runId,
    about,
    Stream.fromIterable(samples).pipe(
      Stream.mapEffect((entry) =>
        Effect.flatMap(json(entry), (sample) =>
          recordOf({ file, place: entry.name, runId }, sample),
        ),
      ),
    ),
  );
});

const runOf = (
  runId: RunId,
  header: typeof Header.Type,
  records: ImportedRun["records"],
): ImportedRun => ({
  runId,
  title: [
    `task ${header.eval.task}`,
    ...(header.eval.model ? [`model ${header.eval.model}`] : []),
  ].join(", "),
  about: { ...header },
  records,
});

/** The ids of a log, the most specific first. A run id is shared by the tasks that were started together. */
const runIdOf = ({ eval_id, task_id, run_id, ...spec }: (typeof Header.Type)["eval"]): RunId => {
  const id = [eval_id, task_id, run_id].find(
    (own) => own !== undefined && own !== null && own !== "",
  );
  return RunId.make(id ?? uuidOf(JSON.stringify(spec)));
};

/** Where a sample is. */
interface Place {
  readonly file: string;
  readonly place: string;
  readonly runId: RunId;
}

const recordOf = Effect.fnUntraced(function* ({ file, place, runId }: Place, json: unknown) {
  const { id, epoch, input, target, scores, score, output, attachments, ...rest } = yield* decoded(
    file,
    place,
    Sample,
    json,
  );
  const { choices, metadata, files, setup, sandbox, messages, events, ...others }: JsonObject =
    rest;
  const resolve = resolver(attachments ?? {});
  // The name of Inspect's own file for the sample.
  const recordId = RecordId.make(`${id}_epoch_${epoch}`);
  const { completion, model, usage, ...otherOutput } = output ?? {};
  const named = Object.entries(scores ?? (score === undefined || score === null ? {} : { score }));
  const record: ImportedRecord = {
    id: recordId,
    runId,
    testcaseId: TestcaseId.make(String(id)),
    inputs: withoutEmpty({
      input: resolve(input),
      choices: resolve(choices),
      metadata: resolve(metadata),
      files,
      setup: resolve(setup),
      sandbox,
    }),
    expected: withoutEmpty({ target: resolve(target) }),
    outputs: withoutEmpty({
      completion: resolve(completion ?? completionOf(output ?? {})),
      messages: resolve(messages),
      model,
      usage,
      epoch,
      unscored: Object.fromEntries(named.filter(([, own]) => own["value"] === unscored)),
      ...others,
      output: resolve(otherOutput),
      events,
      // The events still refer to them.
      attachments: Array.isArray(events) && events.length > 0 ? attachments : undefined,
    }),
    scores: named
      .filter(([, own]) => own["value"] !== unscored)
      .map(([name, own]) => ({
        recordId,
        metricConfigId: metricIdOf(tool, name),
        metricName: name,
        score: withoutEmpty(objectOf(resolve(own))),
      })),
  };
  return record;
});

/** How Inspect writes that a scorer could give no value. */
const unscored = "NaN";

/** The text of an answer. Logs hold it as `completion` since 2024. */
const completionOf = ({ choices }: JsonObject): unknown => {
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message = Predicate.hasProperty(choice, "message") ? choice.message : undefined;
  const content = Predicate.hasProperty(message, "content") ? message.content : undefined;
  if (!Array.isArray(content)) return content;
  return content
    .flatMap((part: unknown) =>
      Predicate.hasProperty(part, "text") && typeof part.text === "string" ? [part.text] : [],
    )
    .join("\n");
};

const objectOf = (value: unknown): JsonObject => (Predicate.isObject(value) ? { ...value } : {});

/** Puts long texts back into their places: Inspect writes each once, as an attachment. */
const resolver = (attachments: Readonly<Record<string, string>>): ((value: unknown) => unknown) => {
  const resolve = (value: unknown): unknown => {
    if (typeof value === "string") {
      return value.includes("attachment://")
        ? value.replaceAll(
            /attachment:\/\/([0-9a-f]{32})/g,
            (text, key: string) => attachments[key] ?? text,
          )
        : value;
    }
    if (Array.isArray(value)) return value.map(resolve);
    return Predicate.isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member)]))
      : value;
  };
  return Object.keys(attachments).length === 0 ? (value) => value : resolve;
};

const jsonOf = (file: string, place: string, bytes: Uint8Array) =>
  Effect.mapError(
    Effect.fromResult(Result.flatMap(JsonText.decode(bytes), JsonText.parse)),
    (problem) =>
      new ImportError({
        file,
        problem: `${place === "" ? "" : `${place}: `}${problem === "is not UTF-8" ? problem : `is not JSON: ${problem}`}`,
      }),
  );

const decoded = <A>(file: string, place: string, schema: Schema.Codec<A, unknown>, json: unknown) =>
  Effect.mapError(Effect.fromResult(Schema.decodeUnknownResult(schema)(json)), (error) => {
    const [issue] = issuesOf(error);
    const what = issue === undefined ? "has another form" : formatIssue(issue);
    return new ImportError({
      file,
      problem: place === "" ? `is no log of Inspect: ${what}` : `${place}: ${what}`,
    });
  });

const unreadable = (
  file: string,
  error: Zip.ZipError | { readonly reason: { readonly _tag: string } },
): ImportError => {
  if ("problem" in error) return new ImportError({ file, problem: error.problem });
  const reasons: Readonly<Record<string, string>> = {
    NotFound: "there is no such file",
    PermissionDenied: "permission denied",
    BadResource: "it is not a file",
  };
  const { _tag: tag } = error.reason;
  return new ImportError({ file, problem: `cannot be read: ${reasons[tag] ?? tag}` });
};
