/**
 * The records of a session, in temporary files rather than on the heap. A thread of its own writes their texts and
 * searches them (`SearchWorker`), so that neither the stream nor the server waits for it.
 *
 * The files have no name for longer than it takes to open them: they are gone when the process ends, however it ends.
 */
import { Data, Effect, Semaphore, type Scope } from "effect";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { FieldColumn } from "./FieldColumn.ts";
import type { Found } from "./FoundBytes.ts";
import type { HitCounts } from "./HitCount.ts";
import * as RunFile from "./RunFile.ts";
import type { Answer, Question, Range, Request, Response } from "./SearchProtocol.ts";
import type { Search } from "./TextSearch.ts";

/** The records cannot be kept: the disk of the temporary folder may be full. */
export class StoreError extends Data.TaggedError("StoreError")<{ readonly problem: string }> {
  override get message(): string {
    return `The records cannot be kept in ${tmpdir()}: ${this.problem}`;
  }
}

/** A search or a column that cannot be answered. The message is for the user. */
export class QuestionError extends Data.TaggedError("QuestionError")<{ readonly problem: string }> {
  override get message(): string {
    return this.problem;
  }
}

export interface RecordStore {
  /** Adds records of a run: the lines of each (`RecordLine`). Throws a {@link StoreError}. */
  readonly add: (run: number, records: ReadonlyArray<string>) => void;
  /** How many records a run has. */
  readonly records: (run: number) => number;
  /** The lines of a record. */
  readonly lines: (run: number, index: number) => string | undefined;
  /** The lines of some consecutive records, in bytes. */
  readonly bytes: (run: number, range: Range) => Buffer;
  /** How many bytes the lines of some consecutive records have. */
  readonly size: (run: number, range: Range) => number;
  /** The index of the first record with an id. */
  readonly find: (run: number, id: string) => number | undefined;
  /** All records from a given one on that have one of some ids, with the place of their id among these. */
  readonly findAll: (
    run: number,
    ids: ReadonlyArray<string>,
    from: number,
  ) => ReadonlyArray<readonly [index: number, place: number]>;
  /** Searches the records of each run from a given one on. */
  readonly search: (
    search: Search,
    from: ReadonlyArray<number>,
  ) => Effect.Effect<ReadonlyArray<Found>, QuestionError>;
  /** Counts the hits of a search from a given record of each run on, until there are `room`. */
  readonly hits: (
    search: Search,
    from: ReadonlyArray<number>,
    room: number,
  ) => Effect.Effect<ReadonlyArray<HitCounts>, QuestionError>;
  /** The values of a field, from a given record of a run on. */
  readonly column: (
    field: string,
    run: number,
    from: number,
  ) => Effect.Effect<FieldColumn, QuestionError>;
  /** Forgets all records. */
  readonly clear: () => void;
}

/** How long the texts of records may be behind the records, in milliseconds: a search writes those that are missing. */
const wakeMillis = 200;

/** How long a question may be without progress, in milliseconds: a regular expression can take for ever. */
const stalledMillis = 3000;

interface Files {
  readonly descriptors: ReadonlyArray<number>;
  readonly runs: ReadonlyArray<RunFile.RunFile>;
}

const open = (runs: number): Files => {
  const folder = mkdtempSync(join(tmpdir(), "scorecard-explorer-"));
  try {
    const descriptors = Array.from({ length: 2 * runs }, (_, number) =>
      openSync(join(folder, String(number)), "wx+", 0o600),
    );
    return {
      descriptors,
      runs: Array.from({ length: runs }, (_, run) =>
        RunFile.make(descriptors[2 * run] ?? -1, descriptors[2 * run + 1] ?? -1),
      ),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A thread that answers questions, started when it is needed. */
interface SearchThread {
  readonly post: (request: Request) => void;
  /** Answers a question. The previous answer must have arrived. */
  readonly ask: (question: Question) => Effect.Effect<Answer, QuestionError>;
  readonly stop: () => void;
}

const startThread = (): Worker => {
  const thread = new Worker(new URL("SearchWorker.ts", import.meta.url), {
    name: "search",
    // It allocates little but buffers.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  thread.unref();
  return thread;
};

const post = (thread: Worker, request: Request): void =>
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
  thread.postMessage(request);

const makeThread = (runs: () => ReadonlyArray<RunFile.RunFile>): SearchThread => {
  let thread: Worker | undefined;
  let number = 0;
  const current = (): Worker => {
    if (thread !== undefined) return thread;
    const started = startThread();
    // The listeners of a question handle errors; without a question there is nothing to report yet.
    started.on("error", () => {});
    started.on("exit", () => {
      if (thread === started) thread = undefined;
    });
    post(started, { type: "runs", runs: runs() });
    thread = started;
    return started;
  };
  const stop = (): void => {
    void thread?.terminate();
    thread = undefined;
  };
  return {
    post: (request) => post(current(), request),
    ask: (question) =>
      Effect.callback((resume) => {
        const own = (number += 1);
        const asked = current();
        let stalled: ReturnType<typeof setTimeout> | undefined;
        const settle = (answer: Effect.Effect<Answer, QuestionError>): void => {
          clearTimeout(stalled);
          asked.off("message", onMessage).off("error", onError);
          resume(answer);
        };
        const watch = (): void => {
          clearTimeout(stalled);
          stalled = setTimeout(() => {
            stop();
            settle(
              Effect.fail(
                new QuestionError({
                  problem: "This search takes too long: a regular expression may be too complex",
                }),
              ),
            );
          }, stalledMillis);
        };
        const onMessage = (response: Response): void => {
          watch();
          if (response.type === "broken") {
            settle(Effect.fail(new QuestionError({ problem: response.problem })));
          } else if (response.type === "answer" && response.number === own) {
            settle(Effect.succeed(response.answer));
          }
        };
        const onError = (error: Error): void =>
          settle(Effect.fail(new QuestionError({ problem: error.message })));
        asked.on("message", onMessage).on("error", onError);
        watch();
        post(asked, { type: "question", number: own, question });
        return Effect.sync(() => {
          clearTimeout(stalled);
          asked.off("message", onMessage).off("error", onError);
          post(asked, { type: "cancel", number: own });
        });
      }),
    stop,
  };
};

/** Starts without records. The files are removed when the scope closes, or the process ends. */
export const make = Effect.fn("RecordStore.make")(function* (
  runCount: number,
): Effect.fn.Return<RecordStore, StoreError, Scope.Scope> {
  const openFiles = Effect.try({
    try: () => open(runCount),
    catch: (cause) => new StoreError({ problem: messageOf(cause) }),
  });
  let files = yield* openFiles;
  let ids = Array.from({ length: runCount }, makeIds);
  const thread = makeThread(() => files.runs);
  const close = (): void => {
    clearTimeout(wake);
    thread.stop();
    for (const descriptor of files.descriptors) closeSync(descriptor);
  };
  yield* Effect.addFinalizer(() => Effect.sync(close));
  const oneAtATime = yield* Semaphore.make(1);

  let wake: ReturnType<typeof setTimeout> | undefined;
  let scratch = Buffer.allocUnsafeSlow(initialScratch);
  const add: RecordStore["add"] = (run, records) => {
    const file = files.runs[run];
    if (file === undefined) return;
    const from = RunFile.countOf(file, "lines");
    const ends = RunFile.endsOf(file.lineEnds, from + records.length);
    const start = from === 0 ? 0 : (ends[from - 1] ?? 0);
    const room = records.reduce((sum, { length }) => sum + 3 * length, 0);
    if (room > scratch.length) scratch = Buffer.allocUnsafeSlow(room);
    let at = 0;
    for (const [offset, lines] of records.entries()) {
      at += scratch.write(lines, at);
      ends[from + offset] = start + at;
      ids[run]?.add(lines);
    }
    try {
      for (let written = 0; written < at;) {
        written += writeSync(file.lines, scratch, written, at - written, start + written);
      }
    } catch (cause) {
      throw new StoreError({ problem: messageOf(cause) });
    }
    if (scratch.length > maxScratch) scratch = Buffer.allocUnsafeSlow(initialScratch);
    RunFile.setCount(file, "lines", from + records.length);
    // Not for each page: waking the thread costs more than what it does for a page.
    wake ??= setTimeout(() => {
      wake = undefined;
      thread.post({ type: "grown" });
    }, wakeMillis);
  };

  const records = (run: number): number => {
    const file = files.runs[run];
    return file === undefined ? 0 : RunFile.countOf(file, "lines");
  };
  const place = (run: number, { from, to }: Range): readonly [start: number, stop: number] => {
    const file = files.runs[run];
    if (file === undefined) return [0, 0];
    const ends = RunFile.endsOf(file.lineEnds, to);
    return [from === 0 ? 0 : (ends[from - 1] ?? 0), to === 0 ? 0 : (ends[to - 1] ?? 0)];
  };
  const readAt = (run: number, start: number, length: number): Buffer => {
    const file = files.runs[run];
    const found = Buffer.allocUnsafe(length);
    let at = 0;
    if (file === undefined) return found;
    while (at < found.length) {
      const got = readSync(file.lines, found, at, found.length - at, start + at);
      if (got === 0) break;
      at += got;
    }
    return found;
  };
  const bytes: RecordStore["bytes"] = (run, range) => {
    const [start, stop] = place(run, range);
    return readAt(run, start, stop - start);
  };
  /** The first bytes of a record's lines. */
  const head = (run: number, index: number, length: number): Buffer => {
    const [start, stop] = place(run, { from: index, to: index + 1 });
    return readAt(run, start, Math.min(length, stop - start));
  };
  const lines: RecordStore["lines"] = (run, index) =>
    Number.isSafeInteger(index) && index >= 0 && index < records(run)
      ? bytes(run, { from: index, to: index + 1 }).toString()
      : undefined;
  const ask = (question: Question): Effect.Effect<Answer, QuestionError> =>
    oneAtATime.withPermits(1)(thread.ask(question));

  const rangesFrom = (from: ReadonlyArray<number>): ReadonlyArray<Range> =>
    Array.from({ length: runCount }, (_, run) => {
      const to = records(run);
      return { from: Math.min(from[run] ?? 0, to), to };
    });

  return {
    add,
    records,
    lines,
    bytes,
    size: (run, range) => {
      const [start, stop] = place(run, range);
      return stop - start;
    },
    find: (run, id) =>
      ids[run]?.candidates(id).find((index) => isOfRecord(lines(run, index) ?? "", id)),
    findAll: (run, wanted, from) => {
      const starts = wanted.map((id) => Buffer.from(startOf(id)));
      return (ids[run]?.among(wanted, from) ?? []).filter(([index, idPlace]) => {
        const start = starts[idPlace];
        // Only the start: a record can have megabytes.
        const found = start === undefined ? undefined : head(run, index, start.length + 1);
        return (
          start !== undefined &&
          found !== undefined &&
          found.subarray(0, start.length).equals(start) &&
          endsId(found[start.length])
        );
      });
    },
    search: (search, from) =>
      Effect.suspend(() => {
        const ranges = rangesFrom(from);
        return Effect.flatMap(ask({ type: "search", search, ranges }), (answer) =>
          answer.type === "found"
            ? Effect.succeed(
                ranges.map((range, run) => ({
                  ...range,
                  bits: answer.bits[run] ?? new Uint8Array(0),
                })),
              )
            : problemIn(answer),
        );
      }),
    hits: (search, from, room) =>
      Effect.suspend(() =>
        Effect.flatMap(ask({ type: "hits", search, ranges: rangesFrom(from), room }), (answer) =>
          answer.type === "hits" ? Effect.succeed(answer.counts) : problemIn(answer),
        ),
      ),
    column: (field, run, from) =>
      Effect.suspend(() => {
        const to = records(run);
        const range = { from: Math.min(from, to), to };
        return Effect.flatMap(ask({ type: "column", field, run, range }), (answer) =>
          answer.type === "column" ? Effect.succeed(answer.column) : problemIn(answer),
        );
      }),
    clear: () => {
      const before = files.descriptors;
      thread.stop();
      files = open(runCount);
      for (const descriptor of before) closeSync(descriptor);
      ids = Array.from({ length: runCount }, makeIds);
    },
  };
});

const initialScratch = 2 ** 20;
const maxScratch = 2 ** 24;

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);

const problemIn = (answer: Answer): Effect.Effect<never, QuestionError> =>
  Effect.fail(
    new QuestionError({
      problem: answer.type === "problem" ? answer.problem : "The search has no answer",
    }),
  );

/** The start of a record's first line: its id, which a bracket or a comma follows. */
const startOf = (id: string): string => `[[${JSON.stringify(id)}`;

const isOfRecord = (lines: string, id: string): boolean => {
  const start = startOf(id);
  return lines.startsWith(start) && endsId(lines.charCodeAt(start.length));
};

const endsId = (code: number | undefined): boolean => code === 93 || code === 44;

/** The ids of a run, as hashes of 32 bits: four bytes for each record. */
interface Ids {
  /** Adds the id of the next record, which its lines start with. */
  readonly add: (lines: string) => void;
  /** The records that may have an id. */
  readonly candidates: (id: string) => ReadonlyArray<number>;
  /** The records from a given one on that may have one of some ids, and the place of that id. */
  readonly among: (
    wanted: ReadonlyArray<string>,
    from: number,
  ) => ReadonlyArray<readonly [index: number, place: number]>;
}

const makeIds = (): Ids => {
  let hashes = new Int32Array(1024);
  let records = 0;
  return {
    add: (lines) => {
      if (records === hashes.length) {
        const grown = new Int32Array(2 * records);
        grown.set(hashes);
        hashes = grown;
      }
      hashes[records] = hashOf(lines, 2);
      records += 1;
    },
    among: (wanted, from) => {
      const places = new Map<number, Array<number>>();
      for (const [place, id] of wanted.entries()) {
        const hash = hashOf(JSON.stringify(id), 0);
        const own = places.get(hash);
        if (own === undefined) places.set(hash, [place]);
        else own.push(place);
      }
      const found: Array<readonly [number, number]> = [];
      for (let index = from; index < records; index++) {
        for (const place of places.get(hashes[index] ?? 0) ?? []) found.push([index, place]);
      }
      return found;
    },
    candidates: (id) => {
      const wanted = hashOf(JSON.stringify(id), 0);
      const found: Array<number> = [];
      for (let at = hashes.indexOf(wanted); at >= 0 && at < records;) {
        found.push(at);
        at = hashes.indexOf(wanted, at + 1);
      }
      return found;
    },
  };
};

/** A hash of the JSON string that starts at a place (FNV-1a). */
const hashOf = (text: string, start: number): number => {
  let hash = 0x811c9dc5;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) break;
    hash = Math.imul(hash ^ code, 0x01000193);
    if (code === 92) {
      at += 1;
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    }
  }
  return hash | 0;
};
