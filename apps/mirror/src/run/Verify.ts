/** Whether the tables hold a run as the service lists it now. */
import { ScorecardClient } from "@scorecard-effect/client";
import type { RunId } from "@scorecard-effect/contract";
import { Effect, Stream } from "effect";
import { type Difference, MirrorStore } from "../store/MirrorStore.ts";

/** Lists a run again, and says how many records were compared and where the tables differ. Nothing is changed. */
export const verify = Effect.fn("Verify.verify")(function* (runId: RunId) {
  const client = yield* ScorecardClient;
  const store = yield* MirrorStore;
  let records = 0;
  const differences: Array<Difference> = [];
  const extra = yield* store.comparison(runId, (compare) =>
    client.listPages(runId).pipe(
      Stream.runForEach((page) =>
        Effect.map(compare(page.records), (found) => {
          records += page.records.length;
          differences.push(...found);
        }),
      ),
    ),
  );
  return { records, differences: [...differences, ...extra] };
});
