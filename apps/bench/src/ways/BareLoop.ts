/** Loops over cursors that parse pages and check nothing. */
import type { RecordPage } from "@scorecard-effect/contract";
import { apiKey } from "../servers/ServedRun.ts";
import type { ReadPages } from "./RunReader.ts";

/** The headers of the bare loops. */
export const headers = { authorization: `Bearer ${apiKey}` };

/** A loop over a way to fetch the text of a path. */
export const loop =
  (fetchText: (path: string) => Promise<string>): ReadPages =>
  async (id, consume) => {
    let query = "limit=100";
    for (;;) {
      const page: RecordPage = JSON.parse(await fetchText(`/runs/${id}/records?${query}`));
      await consume(page.data);
      if (page.nextCursor === null) return;
      query = `limit=100&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  };

/** A bare loop over the platform's `fetch`. */
export const fetchLoop = (base: string): ReadPages =>
  loop(async (path) => {
    const response = await fetch(`${base}${path}`, { headers });
    return response.text();
  });
