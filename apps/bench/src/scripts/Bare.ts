/** Lists a run with a bare loop over `fetch`. Arguments: the base URL, the id of the run, its number of records. */
import { fetchLoop } from "../ways/BareLoop.ts";
import { RecordCounter } from "../ways/RunReader.ts";

const [baseUrl = "", runId = "", records = ""] = process.argv.slice(2);
const counter = new RecordCounter();
await fetchLoop(baseUrl)(runId, counter.page);
counter.expect(Number(records));
