/** Lists a run with the promise client. Arguments: the base URL, the id of the run, its number of records. */
import { createClient } from "@scorecard-effect/client/promise";
import { apiKey } from "../servers/ServedRun.ts";
import { RecordCounter } from "../ways/RunReader.ts";

const [baseUrl = "", runId = "", records = ""] = process.argv.slice(2);
const counter = new RecordCounter();
const client = createClient({ apiKey, baseUrl });
for await (const record of client.listRecords(runId)) counter.record(record);
counter.expect(Number(records));
