/**
 * The page's worker, so that neither typing nor scrolling waits: it receives the figures of records and computes views
 * of them. While records arrive, it waits before each new view, several times as long as the last one took.
 */
import * as CellBatch from "../../src/explore/CellBatch.ts";
import type { ExportFormat } from "../../src/export/ExportFormat.ts";
import { isLongText } from "../../src/analysis/SliceValue.ts";
import * as SentMetrics from "../../src/explore/SentMetrics.ts";
import { maxHits } from "../../src/explore/store/HitCount.ts";
import type { Row, SessionState } from "../../src/explore/ExploreProtocol.ts";
import { everything, type Query, searchOf } from "../query/Query.ts";
import { textOf } from "../query/ValueComparison.ts";
import * as CountedHits from "./CountedHits.ts";
import * as Engine from "./Engine.ts";
import type { View } from "./View.ts";
import * as FieldColumns from "./FieldColumns.ts";
import * as FoundRecords from "./FoundRecords.ts";
import * as NotedRecords from "./NotedRecords.ts";
import * as RecordSource from "./RecordSource.ts";
import * as WarmUp from "./WarmUp.ts";
import * as RowCache from "./RowCache.ts";
import * as SavedRecords from "./SavedRecords.ts";
import { bytesOf, unpack } from "./Unpack.ts";
import type {
  Answers,
  Connection,
  PlacedRow,
  Question,
  Request,
  Response,
  TableRow,
} from "./WorkerProtocol.ts";

/** The row of a record whose texts the file does not hold. */
const leftOut = {
  id: "",
  testcaseId: null,
  input: "(left out of this file)",
  output: "",
  trials: [],
  trialCells: [],
};

/** How many rows go with a view: those that a screen shows. */
const rowsWithView = 40;

/** The wait after a view before the hits of its search are counted, in milliseconds: while a user types, none are. */
const hitPauseMillis = 250;

/** The most values of a field that completions get. */
const maxListedValues = 200;

/** The wait before a new view, in milliseconds. */
const viewPause = { min: 500, max: 10_000, factor: 9 };

/** A view is left out while the runs are read to the end within this many times of what it takes: the last follows. */
const nearEndFactor = 3;

const send = (response: Response, transfer: ReadonlyArray<Transferable> = []): void =>
  postMessage(response, { transfer: [...transfer] });

const sendConnection = (connection: Connection): void => send({ type: "connection", connection });

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** A view whose hits are to be counted. */
interface WantedHits {
  readonly query: Query;
  readonly items: number;
  readonly shown: View["records"];
}

/** When all runs will have been read at the rate so far; undefined where that is not known. */
const likelyEndOf = ({ runs }: SessionState, now: number): number | undefined => {
  let left = 0;
  for (const { phase, records, total, seconds } of runs) {
    if (phase === "done") continue;
    if (phase === "failed" || total === null || records === 0) return undefined;
    left = Math.max(left, ((total - records) / records) * 1000 * seconds);
  }
  return now + left;
};

/** Everything that the worker does for a page, from the first message on. */
interface Work {
  readonly handle: (request: Request) => void;
}

const start = ({
  runs,
  address,
  reduction,
  metrics,
  notes,
  hasNotes,
}: Extract<Request, { type: "start" }>): Work => {
  // The columns and the records of a saved report need the engine's series, and the engine needs the columns.
  const columns: FieldColumns.LoadedColumns = FieldColumns.make(
    {
      column: (...question) => source.column(...question),
      fields: () => source.fields(),
    },
    (run) => engine.records(run),
  );
  const noted = NotedRecords.make(
    { findAll: (...question) => source.findAll(...question) },
    (run) => engine.records(run),
    hasNotes,
    notes,
  );
  const engine = Engine.make(runs.length, columns, reduction, noted);
  const saved =
    address === null
      ? SavedRecords.make(runs, engine.series, SentMetrics.fromMeta(metrics), notes)
      : undefined;
  const source: RecordSource.RecordSource = saved ?? RecordSource.ofServer(address ?? "");

  const rowCache = RowCache.make(source.rows);

  let query = everything;
  let queryNumber = 0;
  let pendingView: ReturnType<typeof setTimeout> | undefined;
  let viewMillis = 0;
  let isAnswering = false;
  let isOutdated = false;
  /** When the reading is likely to end; undefined where that is not known. */
  let likelyEnd: number | undefined;
  /** What the search of the query has found so far. */
  let search:
    | {
        readonly key: string;
        readonly found: FoundRecords.FoundRecords;
        readonly hits: CountedHits.CountedHits;
      }
    | undefined;
  let pendingHits: ReturnType<typeof setTimeout> | undefined;
  let counting: AbortController | undefined;
  let isCounting = false;
  let wantedHits: WantedHits | undefined;
  let searching: AbortController | undefined;

  /** Searches the records that have not been searched. */
  const find = async (): Promise<FoundRecords.FoundRecords | null> => {
    const wanted = searchOf(query);
    if (wanted === null) return null;
    const key = JSON.stringify(wanted);
    if (search?.key !== key) search = { key, found: FoundRecords.make(), hits: CountedHits.make() };
    const { found } = search;
    const from = runs.map((_, run) => found.searched(run));
    if (from.some((searched, run) => searched < engine.records(run))) {
      searching = new AbortController();
      found.add(await source.search(wanted, from, searching.signal));
    }
    return found;
  };

  const view = async (): Promise<View> => {
    const found = await find();
    const timed = (): View => {
      const started = performance.now();
      const own = engine.view(query, found);
      viewMillis = performance.now() - started;
      return own;
    };
    const before = noted.version();
    const first = timed();
    const [hasLoaded] = await Promise.all([columns.load(), noted.load()]);
    return hasLoaded || noted.version() !== before ? timed() : first;
  };

  /** The rows at the top of a view, so that the page can show them with it. */
  const topRows = async ({ records }: View): Promise<ReadonlyArray<PlacedRow>> => {
    const wanted = records.map((indexes) =>
      Array.from(indexes.subarray(0, rowsWithView)).filter((index) => index >= 0),
    );
    const found = await Promise.all(
      wanted.map(async (indexes, run) => {
        const own = await rows(run, indexes);
        return own.flatMap((row, place) =>
          row === null ? [] : [{ run, index: indexes[place] ?? 0, row }],
        );
      }),
    );
    return found.flat();
  };

  const answer = async (): Promise<void> => {
    const number = queryNumber;
    try {
      const own = await view();
      if (number === queryNumber) await sendView(own);
    } catch (error) {
      if (number !== queryNumber) return;
      const own = engine.view(query, FoundRecords.make());
      await sendView({ ...own, searchProblem: messageOf(error) });
    }
  };
  const sendView = async (own: View): Promise<void> => {
    const number = queryNumber;
    // They leave with the view.
    const shown = search === undefined ? [] : own.records.map((records) => records.slice());
    // Without them the page asks for rows itself, and learns that the session has ended.
    const top = await topRows(own).catch(() => []);
    if (number !== queryNumber) return;
    send(
      { type: "view", number, view: own, rows: top },
      own.records.map(({ buffer }) => buffer),
    );
    clearTimeout(pendingHits);
    wantedHits =
      searchOf(own.query) === null || own.searchProblem !== null
        ? undefined
        : { query: own.query, items: own.items, shown };
    if (wantedHits !== undefined) pendingHits = setTimeout(() => void countHits(), hitPauseMillis);
  };

  /** Counts the hits of the search, and sends how many the records of the latest view have. */
  const countHits = async (): Promise<void> => {
    if (isCounting) return;
    isCounting = true;
    for (let asked = wantedHits; asked !== undefined; asked = wantedHits) {
      wantedHits = undefined;
      // The page asks again, or the session has ended.
      await countHitsOf(asked).catch(() => {});
    }
    isCounting = false;
  };
  const countHitsOf = async ({ query: asked, items, shown }: WantedHits): Promise<void> => {
    const wanted = searchOf(asked);
    if (search === undefined || wanted === null || search.key !== JSON.stringify(wanted)) return;
    const { found, hits } = search;
    const room = maxHits - hits.total();
    const from = runs.map((_, run) => hits.counted(run));
    if (room > 0 && from.some((counted, run) => counted < found.searched(run))) {
      counting = new AbortController();
      hits.add(await source.hits(wanted, from, room, counting.signal));
    }
    send({
      type: "hits",
      query: asked,
      items,
      hits: CountedHits.shownHits(found, hits, placesOf(shown, runs.length > 1 || asked.isFolded)),
    });
  };

  /** The places of all records that a view shows: of a testcase, those of all trials. */
  const placesOf = function* (
    records: View["records"],
    areTestcases: boolean,
  ): Generator<readonly [run: number, index: number]> {
    for (const [run, indexes] of records.entries()) {
      for (const index of indexes) {
        if (index < 0) continue;
        if (!areTestcases) yield [run, index];
        else for (const trial of engine.trials(run, index)) yield [run, trial];
      }
    }
  };

  /** Computes the view. Of the changes that come while one is computed, the last is answered next. */
  const refresh = (): void => {
    clearTimeout(pendingView);
    pendingView = undefined;
    if (isAnswering) {
      isOutdated = true;
      return;
    }
    isAnswering = true;
    void answer().finally(() => {
      isAnswering = false;
      if (!isOutdated) return;
      isOutdated = false;
      // Lets messages in: a newer query may have arrived.
      pendingView ??= setTimeout(refresh);
    });
  };

  const add = (batch: CellBatch.CellBatch): void => {
    const isFirst = runs.every((_, run) => engine.records(run) === 0);
    engine.add(batch);
    const { min, max, factor } = viewPause;
    if (isFirst) refresh();
    else
      pendingView ??= setTimeout(refreshOrWait, Math.min(max, Math.max(min, factor * viewMillis)));
  };

  /** Computes the view of the records so far, or waits for the last ones if they are about to arrive. */
  const refreshOrWait = (): void => {
    const left = (likelyEnd ?? 0) - performance.now();
    const wait = nearEndFactor * viewMillis;
    if (left > 0 && left < wait) pendingView = setTimeout(refresh, 2 * wait);
    else refresh();
  };

  const loadFields = (): void => {
    columns.loadPointers().then(
      (hasChanged) => hasChanged && refresh(),
      () => {},
    );
  };

  const listen = (page: string): void => {
    const events = new EventSource(new URL("events", page));
    events.addEventListener("open", () => sendConnection("open"));
    // The browser reconnects by itself, and sends the id of the last event.
    events.addEventListener("error", () =>
      sendConnection(events.readyState === EventSource.CLOSED ? "ended" : "lost"),
    );
    let batches = 0;
    events.addEventListener("rows", ({ data }: MessageEvent<string>) => {
      const [cells = "", firstRows] = data.split("\n");
      const batch = CellBatch.fromBytes(bytesOf(cells));
      if (firstRows !== undefined) {
        const own: ReadonlyArray<Row> = JSON.parse(firstRows);
        for (const [index, row] of own.entries()) rowCache.put(batch.run, index, row);
      }
      add(batch);
      batches += 1;
      // Later records may have other fields: their list is short, and read again now and then.
      if (Number.isInteger(Math.log2(batches))) loadFields();
    });
    events.addEventListener("restart", () => send({ type: "restart" }));
    events.addEventListener("state", ({ data }: MessageEvent<string>) => {
      const state: SessionState = JSON.parse(data);
      send({ type: "state", state });
      likelyEnd = likelyEndOf(state, performance.now());
      if (!state.runs.every(({ phase }) => phase === "done")) return;
      loadFields();
      // The last records need no pause.
      if (pendingView !== undefined) refresh();
      if (state.fault === null) events.close();
    });
  };
  if (address !== null) {
    listen(address);
    // While the first page is under way.
    setTimeout(() => WarmUp.run(runs.length));
  }

  const rows = async (run: number, indexes: ReadonlyArray<number>): Promise<Answers["rows"]> => {
    const found = await rowCache.rows(run, indexes);
    if (hasNotes && indexes.some((index) => engine.trials(run, index).length > 1)) {
      noted.in(run);
      // Without them the table has no marks of other trials.
      await noted.load().catch(() => {});
    }
    return found.map((row, place): TableRow | null => {
      const index = indexes[place] ?? 0;
      if (row === null) {
        // A saved report may have left out the texts of a record whose figures it holds.
        const isLeftOut = saved !== undefined && index < engine.records(run);
        return isLeftOut ? { ...leftOut, cells: engine.cells(run, index) } : null;
      }
      const trials = engine.trials(run, index);
      // Those of a saved report, too, which does not hold the metrics file.
      const cells = saved === undefined ? row.cells : engine.cells(run, index);
      const trialCells = trials.map((trial) => engine.cells(run, trial));
      const onRecords = trials.length < 2 || !hasNotes ? undefined : noted.in(run);
      const [note] = trials.flatMap((trial) => onRecords?.get(trial) ?? []);
      return { ...row, cells, trials, trialCells, ...(note === undefined ? {} : { note }) };
    });
  };
  /** The most frequent values of a field in all runs. */
  const valuesOf = async (pointer: string): Promise<Answers["values"]> => {
    const loaded = () => runs.map((_, run) => columns.column(run, pointer));
    if (loaded().some((column) => column === undefined)) await columns.load();
    const counts = new Map<string, number>();
    for (const column of loaded()) {
      const own = new Uint32Array(column?.values.length ?? 0);
      for (const code of column?.codes ?? []) own[code] = (own[code] ?? 0) + 1;
      for (const [code, count] of own.entries()) {
        const value = column?.values[code];
        if (value === undefined) continue;
        const text = textOf(value);
        if (isLongText(text)) continue;
        counts.set(text, (counts.get(text) ?? 0) + count);
      }
    }
    return Array.from(counts, ([text, count]) => ({ text, count }))
      .toSorted((a, b) => b.count - a.count)
      .slice(0, maxListedValues);
  };
  /** The records of the view in its order; of a testcase, all trials. */
  const exported = async (format: ExportFormat): Promise<Blob> => {
    const { records, matching } = engine.view(query, await find());
    const areTestcases = runs.length > 1 || query.isFolded;
    const places: Array<number> = [];
    const addPlaces = (run: number, index: number): void => {
      if (index < 0) return;
      for (const own of areTestcases ? engine.trials(run, index) : [index]) places.push(run, own);
    };
    for (let item = 0; item < matching; item++) {
      for (const [run, indexes] of records.entries()) addPlaces(run, indexes[item] ?? -1);
    }
    return source.exported(format, Int32Array.from(places));
  };
  const answerTo = (question: Question): Promise<Answers[keyof Answers]> => {
    switch (question.type) {
      case "rows":
        return rows(question.run, question.indexes);
      case "find":
        return source.find(question.run, question.id);
      case "fields":
        return source.fields();
      case "values":
        return valuesOf(question.pointer);
      case "export":
        return exported(question.format);
      case "hits":
        return Promise.resolve(search?.hits.of(question.run, question.index) ?? null);
      default:
        return saved === undefined
          ? Promise.reject(new Error("There is no such record."))
          : saved.detail(question.run, question.index);
    }
  };

  // The blocks of figures are in order, so each one waits for the one before it.
  let unpacked: Promise<void> = Promise.resolve();
  return {
    handle: (request) => {
      switch (request.type) {
        case "start":
          break;
        case "cells":
          unpacked = unpacked
            .then(() => unpack(bytesOf(request.text)))
            .then((bytes) => {
              for (let at = 0; at < bytes.length;) {
                const length = new DataView(bytes.buffer, at).getUint32(0, true);
                add(CellBatch.fromBytes(bytes.slice(at + 4, at + 4 + length)));
                at += 4 + length;
              }
            })
            .catch(() => sendConnection("ended"));
          break;
        case "records":
          saved?.add(request);
          break;
        case "complete":
          saved?.setFields(request.fields);
          unpacked = unpacked.then(() => {
            send({ type: "complete" });
            loadFields();
            refresh();
          });
          break;
        case "query":
          ({ query, number: queryNumber } = request);
          searching?.abort();
          clearTimeout(pendingHits);
          if (search?.key !== JSON.stringify(searchOf(query))) counting?.abort();
          refresh();
          break;
        case "notes":
          if (noted.set(request.notes)) refresh();
          break;
        case "question":
          answerTo(request.question).then(
            (own) => send({ type: "answer", number: request.number, answer: own }),
            (error: unknown) =>
              send({ type: "problem", number: request.number, problem: messageOf(error) }),
          );
          break;
      }
    },
  };
};

let work: Work | undefined;

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.type === "start") work = start(data);
  else work?.handle(data);
});
