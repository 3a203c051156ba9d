/** This project's client, as programs without Effect use it: all at its defaults. */
import { createClient } from "@scorecard-effect/client/promise";
import type { ReadRecords } from "./ReadRun.ts";

export const records = (server: string): ReadRecords => {
  const client = createClient({ apiKey: "ak_bench", baseUrl: server });
  return async (runId, consume) => {
    for await (const record of client.listRecords(runId)) consume(record);
  };
};
