/** Writes one page of a run and moves the run's cursor, in one transaction. */
import type { Cursor, RecordWithScores } from "@scorecard-effect/contract";
import { Data, Effect } from "effect";
import { SqlClient, type SqlError, type Statement } from "effect/sql";
import * as Database from "./Database.ts";
import type { Checkpoint, Failure } from "./Progress.ts";
import * as Quarantine from "./Quarantine.ts";
import * as Rows from "./Rows.ts";
import type { RunTable } from "./RunTable.ts";
import type * as TableLayout from "./TableLayout.ts";

/** A page, and the checkpoint at which it was fetched. */
export interface PageToWrite extends Checkpoint {
  /** The cursor of the page after this one; null where this one is the last. */
  readonly next: Cursor | null;
  readonly records: ReadonlyArray<RecordWithScores>;
  /** The rows of the records, if they were prepared already. */
  readonly prepared?: Rows.PreparedRows;
  /** The length of the page in characters, as if it had a hundred records. Default: not known. */
  readonly bytes?: number;
  /** Records of the page that are no records of the contract. They are set aside. */
  readonly refused?: ReadonlyArray<Quarantine.Refused>;
  /** How many records the service announces; undefined where it does not say. */
  readonly total: number | undefined;
  /** Whether the run may become complete with fewer records than were announced. It says so then. */
  readonly acceptIncomplete: boolean;
  /** How long after its last change the run is refreshed by itself, in milliseconds. Default: not at all. */
  readonly refreshForMillis?: number;
}

/** What happened to a page. Only `written` changes the tables. */
export type WriteOutcome =
  /** It is in the tables, and the run is at the next checkpoint. */
  | "written"
  /** The run is not at this checkpoint any more, or is stopped. */
  | "superseded"
  /** This scan has seen each of its records before, and more pages would follow: the cursors may lead in a circle. */
  | "repeated"
  /** It is the last page, and its scan has seen fewer records than were announced. */
  | "incomplete";

/** Fails the transaction, so that it takes back what the page has written so far. */
class PageRolledBack extends Data.TaggedError("PageRolledBack")<{
  readonly outcome: "repeated" | "incomplete";
}> {}

/** How many records a scan has seen, and how many the service announced. */
interface Shortfall {
  readonly seen: number;
  readonly announced: number;
}

const incomplete = ({ seen, announced }: Shortfall): Failure => ({
  _tag: "Incomplete",
  message: `The service announced ${announced} records and listed ${seen}, in every scan`,
});

const nothing = { changed: 0 };

/** The function that writes a page. */
export const make = Effect.fnUntraced(function* (
  runs: RunTable,
  quarantine: Quarantine.Quarantine,
) {
  const sql = yield* SqlClient.SqlClient;

  /** Inserts or updates rows: how many were new or different, and how many this scan had seen before. */
  const upsert = <L extends TableLayout.TableLayout>(
    layout: L,
    { runId, scan }: Checkpoint,
    rows: ReadonlyArray<TableLayout.Row<L>>,
  ) => {
    const { hasPreviousScan } = layout;
    return firstRow(
      sql<{ readonly changed: number; readonly seenBefore: number }>`
        WITH upserted AS (
          INSERT INTO ${layout.table} AS kept (run_id, scan, ${layout.columns})
          SELECT ${runId}, ${scan}::integer, ${layout.columns}
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS listed (${layout.definitions})
          ON CONFLICT (run_id, ${layout.key}) DO UPDATE SET
            ${layout.assignments}, scan = excluded.scan, vanished_at = NULL,
            ${hasPreviousScan ? sql`previous_scan = kept.scan,` : sql``}
            changed_at = CASE WHEN kept.vanished_at IS NOT NULL OR ${layout.differ("kept", "excluded")}
              THEN now() ELSE kept.changed_at END
          RETURNING changed_at = now() AS changed,
            ${hasPreviousScan ? sql`previous_scan = scan` : sql`false`} AS seen_before
        ) SELECT count(*) FILTER (WHERE changed)::integer AS changed,
          count(*) FILTER (WHERE seen_before)::integer AS "seenBefore" FROM upserted`,
      { changed: 0, seenBefore: 0 },
    );
  };

  const markVanished = (table: Statement.Fragment, where: Statement.Fragment) =>
    firstRow(
      sql<{ readonly changed: number }>`
        WITH vanished AS (
          UPDATE ${table} AS kept SET vanished_at = now(), changed_at = now()
          WHERE vanished_at IS NULL AND ${where} RETURNING 1
        ) SELECT count(*)::integer AS changed FROM vanished`,
      nothing,
    );

  /** Marks the rows that this scan has not seen. Of a record that is set aside, the rows of an earlier scan stay. */
  const markUnseen = ({ table }: TableLayout.TableLayout, { runId, scan }: Checkpoint) =>
    markVanished(
      table,
      sql`run_id = ${runId} AND scan < ${scan} AND NOT EXISTS (SELECT FROM quarantine AS aside
        WHERE aside.run_id = ${runId} AND aside.scan = ${scan} AND aside.record_id = kept.record_id)`,
    );

  /** Marks scores that this scan saw earlier and that their records, listed again on this page, no longer have. */
  const markDroppedScores = (
    { runId, scan }: Checkpoint,
    records: ReadonlyArray<RecordWithScores>,
    scores: ReadonlyArray<unknown>,
  ) =>
    markVanished(
      Rows.scoreLayout.table,
      sql`run_id = ${runId} AND scan = ${scan}
        AND record_id IN (SELECT jsonb_array_elements_text(${JSON.stringify(records.map(({ id }) => id))}::jsonb))
        AND NOT EXISTS (
          SELECT FROM jsonb_to_recordset(${JSON.stringify(scores)}::jsonb) AS listed (${Rows.scoreLayout.definitions})
          WHERE ${Rows.scoreLayout.haveSameKey("listed", "kept")})`,
    );

  /** What the scan lacks of the records that were announced; undefined where it lacks none. */
  const findShortfall = Effect.fnUntraced(function* (
    { runId, scan }: Checkpoint,
    announced: number,
    quarantined: number,
  ) {
    const { seen } = yield* firstRow(
      sql<{ readonly seen: number }>`
        SELECT count(*)::integer AS seen FROM records WHERE run_id = ${runId} AND scan = ${scan}`,
      { seen: 0 },
    );
    const listed = seen + quarantined;
    return listed < announced ? { seen: listed, announced } : undefined;
  });

  /** What every page adds to its run. */
  const counters = ({ bytes, records, refused = [] }: PageToWrite, changed: number) => sql`
    pages = run.pages + 1, records = run.records + ${records.length + refused.length}::bigint,
    quarantined = run.quarantined + ${refused.length}::bigint,
    page_bytes = greatest(run.page_bytes, ${bytes === undefined ? null : Math.ceil(bytes)}::bigint),
    changed = run.changed + ${changed}::bigint`;

  const advanceTo = (page: PageToWrite, changed: number) =>
    sql`${counters(page, changed)}, cursor = ${page.next}, error = NULL, failing_since = NULL, retry_at = NULL,
      total = greatest(${page.total ?? null}::bigint, run.total)`;
  const advance = (page: PageToWrite, changed: number) =>
    runs.transition("advance", runs.byCheckpoint(page), advanceTo(page, changed));

  const complete = (page: PageToWrite, changed: number, shortfall: Shortfall | undefined) => {
    const lastChanged = sql`CASE WHEN run.last_changed_at IS NULL OR run.changed + ${changed}::bigint > 0
      THEN now() ELSE run.last_changed_at END`;
    return runs.transition(
      "complete",
      runs.byCheckpoint(page),
      // A first generation has no earlier one that it could be equal to.
      sql`${counters(page, changed)}, cursor = NULL, finished_at = now(), failing_since = NULL, retry_at = NULL,
        error = ${runs.failureJson(shortfall === undefined ? undefined : incomplete(shortfall))},
        total = coalesce(${page.total ?? null}::bigint, run.total),
        unchanged = CASE WHEN run.generation > 1 AND run.changed + ${changed}::bigint = 0
          THEN run.unchanged + 1 ELSE 0 END,
        last_success_at = now(), last_changed_at = ${lastChanged},
        next_refresh_at = ${runs.nextRefresh(sql`now()`, lastChanged, page.refreshForMillis ?? 0)}`,
    );
  };

  const write = Effect.fnUntraced(
    function* (page: PageToWrite) {
      // Another worker with the same page waits here, and then finds the run at a later checkpoint.
      const run = yield* runs.lock(page);
      if (run === undefined) return "superseded" as const;
      const isLast = page.next === null;
      const listed = Rows.lastOfEachId(page.records);
      const { refused = [] } = page;
      const placeOf = placesBeside(refused);

      const records = yield* upsert(
        Rows.recordLayout,
        page,
        listed.map((record, index) =>
          Rows.recordRow(page.runId, record, run.records + placeOf(index)),
        ),
      );
      const isRepeated =
        records.seenBefore === listed.length &&
        (records.seenBefore > 0 || (refused.length > 0 && (yield* quarantine.hasSeen(page))));
      if (isRepeated && !isLast) return yield* new PageRolledBack({ outcome: "repeated" });

      // The highest total of this scan: when a run shrinks during the listing, records may slide past it unseen.
      const announced = Math.max(page.total ?? 0, run.total ?? 0);
      const shortfall = isLast
        ? yield* findShortfall(page, announced, run.quarantined + refused.length)
        : undefined;
      if (shortfall !== undefined && !page.acceptIncomplete) {
        return yield* new PageRolledBack({ outcome: "incomplete" });
      }

      if (refused.length > 0) yield* quarantine.add(page, run.records, refused);
      const scoreRows = listed.flatMap(Rows.scoreRows);
      const scores = yield* upsert(Rows.scoreLayout, page, scoreRows);
      const droppedScores =
        records.seenBefore > 0 ? yield* markDroppedScores(page, listed, scoreRows) : nothing;
      // An incomplete scan does not show that what it has not seen is gone.
      const isWhole = isLast && shortfall === undefined;
      const unseenRecords = isWhole ? yield* markUnseen(Rows.recordLayout, page) : nothing;
      const unseenScores = isWhole ? yield* markUnseen(Rows.scoreLayout, page) : nothing;

      const changed = [records, scores, droppedScores, unseenRecords, unseenScores].reduce(
        (sum, part) => sum + part.changed,
        0,
      );
      if (isLast) yield* quarantine.dropEarlier(page);
      yield* isLast ? complete(page, changed, shortfall) : advance(page, changed);
      return "written" as const;
    },
    Database.transaction(sql),
    Effect.catchTag("PageRolledBack", ({ outcome }) => Effect.succeed(outcome)),
  );

  /**
   * Writes a page whose rows are all new, in one statement: what most pages of a first scan are. `false` where the tables
   * have one of its rows already, and nothing has changed.
   */
  const insertNew = Effect.fnUntraced(function* (page: PageToWrite) {
    const { count, records, scores } = page.prepared ?? Rows.prepare(page.runId, page.records);
    const insert = (
      { columns, definitions, listedAfter, table }: TableLayout.TableLayout,
      rows: string,
    ) => sql`
      INSERT INTO ${table} (run_id, scan, ${columns})
      SELECT locked_run, locked_scan, ${listedAfter("listed", "records_before")}
      FROM locked, jsonb_to_recordset(${rows}::jsonb) AS listed (${definitions})`;
    const advanced = yield* runs.transition(
      "advance",
      runs.byCheckpoint(page),
      advanceTo(page, count),
      {
        queries: sql`locked AS (${runs.locked(page)}),
          new_records AS (${insert(Rows.recordLayout, records)}),
          new_scores AS (${insert(Rows.scoreLayout, scores)})`,
        name: sql`locked`,
      },
    );
    return advanced === undefined ? "superseded" : "written";
  });

  /** Finds the records that Postgres refuses, by trying ever smaller parts. Nothing of it stays. */
  const findRefused = Effect.fnUntraced(function* (
    page: PageToWrite,
    items: ReadonlyArray<Item>,
  ): Effect.fn.Return<ReadonlyArray<Quarantine.Refused>, SqlError.SqlError> {
    const trial = Effect.andThen(
      upsert(
        Rows.recordLayout,
        page,
        items.map(({ index, record }) => Rows.recordRow(page.runId, record, index)),
      ),
      upsert(
        Rows.scoreLayout,
        page,
        items.flatMap(({ record }) => Rows.scoreRows(record)),
      ),
    ).pipe(Effect.andThen(Effect.fail("accepted" as const)), Database.transaction(sql));
    const failure = yield* Effect.flip(trial);
    if (failure === "accepted") return [];
    if (!Database.isInvalidValue(failure)) return yield* failure;
    const [item] = items;
    if (items.length === 1 && item !== undefined) {
      const { index, record } = item;
      const reason = Database.messageOf(failure);
      return [{ index, id: record.id, path: "", reason, value: record }];
    }
    const half = items.length >> 1;
    return [
      ...(yield* findRefused(page, items.slice(0, half))),
      ...(yield* findRefused(page, items.slice(half))),
    ];
  });

  return Effect.fn("MirrorStore.writePage")(function* (page: PageToWrite) {
    const unstorable = itemsOf(page).flatMap(
      ({ index, record }) => Quarantine.refusalOf(record, index) ?? [],
    );
    const readable = unstorable.length === 0 ? page : setAside(page, unstorable);
    const { next, refused = [], scan } = readable;
    const isLikelyNew = scan === 1 && next !== null && refused.length === 0;
    return yield* (isLikelyNew ? insertNew(readable) : write(readable)).pipe(
      // A row that the scan has seen before.
      Effect.catchIf(Database.isDuplicate, () => write(readable)),
      // Something else that no row can hold, such as an id that is too long for an index: Postgres decides.
      Effect.catchIf(Database.isInvalidValue, (error) =>
        Effect.flatMap(
          findRefused(readable, itemsOf(readable)),
          (found): ReturnType<typeof write> =>
            found.length === 0 ? Effect.fail(error) : write(setAside(readable, found)),
        ),
      ),
    );
  });
});

/** A record and its place on its page, from 0. */
interface Item {
  readonly index: number;
  readonly record: RecordWithScores;
}

/** Tells the place on the page of the n-th record that is not refused. */
const placesBeside = (refused: ReadonlyArray<Quarantine.Refused>) => {
  const places = refused.map(({ index }) => index).toSorted((a, b) => a - b);
  return (nth: number): number => {
    let place = nth;
    for (const taken of places) if (taken <= place) place += 1;
    return place;
  };
};

const itemsOf = ({ records, refused = [] }: PageToWrite): ReadonlyArray<Item> => {
  const placeOf = placesBeside(refused);
  return records.map((record, nth) => ({ index: placeOf(nth), record }));
};

/** The row of a query that always has one. */
const firstRow = <A, E, R>(query: Effect.Effect<ReadonlyArray<A>, E, R>, otherwise: A) =>
  Effect.map(query, ([row]) => row ?? otherwise);

/** Moves the records that no row can hold to those that are set aside. */
const setAside = (page: PageToWrite, found: ReadonlyArray<Quarantine.Refused>): PageToWrite => {
  const places = new Set(found.map(({ index }) => index));
  const items = itemsOf(page).filter(({ index }) => !places.has(index));
  const { prepared: _, ...rest } = page;
  return {
    ...rest,
    records: items.map(({ record }) => record),
    refused: [...(page.refused ?? []), ...found],
  };
};
