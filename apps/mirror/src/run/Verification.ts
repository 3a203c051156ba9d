/** Compares the tables with what the service lists now. */
import { ScorecardClient } from "@scorecard-effect/client";
import type { RecordWithScores, RunId } from "@scorecard-effect/contract";
import { Array as Arr, Effect, Filter, Stream } from "effect";
import type { Difference } from "../store/Comparison.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import { refusalOf, type Refused } from "../store/Quarantine.ts";
import { separate } from "./PageOfResults.ts";

/**
 * Lists a run and compares every page with the tables: how many records were listed, how many of them are in quarantine,
 * and which differ. Changes nothing.
 */
export const verify = Effect.fn("Verification.verify")(function* (runId: RunId) {
  const client = yield* ScorecardClient;
  const store = yield* MirrorStore;
  const isQuarantined = yield* store.quarantined(runId);
  let listed = 0;
  let quarantined = 0;
  const asideIds = new Set<string | undefined>();
  const differences: Array<Difference> = [];
  const extra = yield* store.compare(runId, (comparePage) =>
    client.listPageResults(runId).pipe(
      Stream.runForEach(
        Effect.fnUntraced(function* (page) {
          const { records, refused } = separate(page);
          const [storable, aside, missing] = sort(records, refused, isQuarantined);
          listed += page.records.length;
          quarantined += aside.length;
          for (const { id } of aside) asideIds.add(id);
          for (const { id = "" } of missing) differences.push({ recordId: id, kind: "missing" });
          differences.push(...(yield* comparePage(storable)));
        }),
      ),
    ),
  );
  // Of a record that is set aside, the rows of an earlier scan stay.
  differences.push(...extra.filter(({ recordId }) => !asideIds.has(recordId)));
  return { records: listed, quarantined, differences };
});

type Aside = Pick<Refused, "id" | "value">;

/** Sorts a page: records to compare, those in quarantine, and those that no row can hold and the quarantine lacks. */
const sort = (
  records: ReadonlyArray<RecordWithScores>,
  refused: ReadonlyArray<Aside>,
  isQuarantined: (record: Aside) => boolean,
) => {
  const storable: Array<RecordWithScores> = [];
  const [aside, missing] = Arr.partition(refused, Filter.fromPredicate(isQuarantined));
  for (const [index, record] of records.entries()) {
    const own = { id: record.id, value: record };
    if (isQuarantined(own)) aside.push(own);
    else if (refusalOf(record, index) === undefined) storable.push(record);
    else missing.push(own);
  }
  return [storable, aside, missing] as const;
};
