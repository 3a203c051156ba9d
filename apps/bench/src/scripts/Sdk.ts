/** Lists a run with the SDK's stand-in. Arguments: the base URL, the id of the run, its number of records. */
import { apiKey } from "../servers/ServedRun.ts";
import { RecordCounter } from "../ways/RunReader.ts";
import { SdkStandIn } from "../ways/SdkStandIn.ts";

const [baseUrl = "", runId = "", records = ""] = process.argv.slice(2);
const counter = new RecordCounter();
const client = new SdkStandIn({ apiKey, baseUrl });
for await (const record of client.listRecords(runId)) counter.record(record);
counter.expect(Number(records));
