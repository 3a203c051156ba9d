/** A loop over the platform's fetch that parses pages and checks nothing. */
import type { RecordPage } from "@scorecard-effect/contract";
import type { ReadPages } from "./ReadRun.ts";

export const open =
  (server: string): ReadPages =>
  async (runId, consume) => {
    let query = "limit=100";
    for (;;) {
      const response = await fetch(`${server}/runs/${runId}/records?${query}`, {
        headers: { authorization: "Bearer ak_bench" },
      });
      const page: RecordPage = JSON.parse(await response.text());
      await consume(page.data);
      if (page.nextCursor === null) return;
      query = `limit=100&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  };
