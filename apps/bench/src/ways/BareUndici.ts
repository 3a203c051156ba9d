/** A loop over an undici Pool that parses pages and checks nothing. */
import { Pool } from "@effect/platform-node/Undici";
import type { RecordPage } from "@scorecard-effect/contract";
import type { ReadPages } from "./ReadRun.ts";

export const open = (server: string): ReadPages => {
  const { origin, pathname } = new URL(server);
  const pool = new Pool(origin);
  return async (runId, consume) => {
    let query = "limit=100";
    for (;;) {
      const { body } = await pool.request({
        method: "GET",
        path: `${pathname}/runs/${runId}/records?${query}`,
        headers: { authorization: "Bearer ak_bench" },
      });
      const page: RecordPage = JSON.parse(await body.text());
      await consume(page.data);
      if (page.nextCursor === null) return;
      query = `limit=100&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  };
};
