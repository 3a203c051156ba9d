/** Compares the tables with what the service lists now. */
import { ScorecardClient } from "@scorecard-effect/client";
import type { RunId } from "@scorecard-effect/contract";
import { Effect, Stream } from "effect";
import type { Difference } from "../store/Comparison.ts";
import { MirrorStore } from "../store/MirrorStore.ts";

/**
 * Lists a run and compares every page with the tables: how many records were listed, and which differ. Changes nothing.
 */
export const verify = Effect.fn("Verification.verify")(function* (runId: RunId) {
  const client = yield* ScorecardClient;
  const store = yield* MirrorStore;
  let listed = 0;
  const differences: Array<Difference> = [];
  const extra = yield* store.compare(runId, (comparePage) =>
    client.listPages(runId).pipe(
      Stream.runForEach((page) =>
        Effect.map(comparePage(page.records), (found) => {
          listed += page.records.length;
          differences.push(...found);
        }),
      ),
    ),
  );
  return { records: listed, differences: [...differences, ...extra] };
});
