/** The ways to list a run that meet the faults: the loops that people write themselves, and the promise client. */
import { createClient } from "@scorecard-effect/client/promise";
import type { ListRun } from "./Outcome.ts";

interface UncheckedPage {
  readonly data: ReadonlyArray<unknown>;
  readonly nextCursor?: string | null;
  readonly hasMore?: boolean;
}

/** Fetches pages, checks their status, and believes their JSON. */
const loopWhile =
  (hasNext: (page: UncheckedPage) => boolean): ListRun =>
  async ({ baseUrl, apiKey, runId }, deliver) => {
    let cursor: string | null | undefined;
    for (;;) {
      const query = new URLSearchParams({ limit: "20", ...(cursor ? { cursor } : {}) });
      const response = await fetch(`${baseUrl}/runs/${runId}/records?${query.toString()}`, {
        headers: { authorization: `Bearer ${apiKey}` },
      });
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      const page: UncheckedPage = JSON.parse(await response.text());
      for (const record of page.data) deliver(record);
      if (!hasNext(page)) return;
      cursor = page.nextCursor;
    }
  };

const listWithClient: ListRun = async ({ baseUrl, apiKey, runId }, deliver) => {
  // Retries wait 10 ms, and a stalled request may take a second: the faults are the same, and the table is there sooner.
  const client = createClient({
    baseUrl,
    apiKey,
    timeout: "1 second",
    retry: { baseDelay: "10 millis" },
  });
  for await (const record of client.listRecords(runId, { pageSize: 20 })) deliver(record);
};

/** By name, in the order of the table's columns. */
export const listings: { readonly [name: string]: ListRun } = {
  "loop while (nextCursor)": loopWhile(({ nextCursor }) => Boolean(nextCursor)),
  "loop while (hasMore)": loopWhile(({ hasMore }) => hasMore === true),
  "scorecard-effect": listWithClient,
};
