/**
 * The failed records of a run, as they are read: one JSON document a line. It uses only what every edge runtime has, and
 * holds one page in memory, however long the run is.
 */
import {
  type Client,
  InvalidRequest,
  RequestRejected,
  ScorecardError,
  scoreOf,
} from "@scorecard-effect/client/promise";

/** Responds with the records that a metric failed. The status is that of the first page: an error later on ends the body. */
export const failures = async (
  client: Client,
  runId: string,
  metric: string,
  signal: AbortSignal,
): Promise<Response> => {
  // The reader that leaves ends the listing, and the request to Scorecard that is under way.
  const listing = failedRecords(client, runId, metric, signal);
  try {
    const first = await listing.next();
    return new Response(linesOf(first, listing), {
      headers: { "content-type": "application/x-ndjson", "cache-control": "no-store" },
    });
  } catch (error) {
    return problem(error);
  }
};

async function* failedRecords(
  client: Client,
  runId: string,
  metric: string,
  signal: AbortSignal,
): AsyncGenerator<object, void, undefined> {
  for await (const record of client.listRecords(runId, { signal })) {
    const score = scoreOf(record, metric);
    if (score?.["binaryScore"] === false) {
      yield { id: record.id, inputs: record.inputs, outputs: record.outputs, score };
    }
  }
}

const linesOf = (
  first: IteratorResult<object, void>,
  rest: AsyncGenerator<object, void, undefined>,
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  let next = first;
  return new ReadableStream<Uint8Array>({
    // Asked for one line at a time: a slow reader slows the listing down.
    pull: async (controller) => {
      if (next.done === true) return controller.close();
      controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
      next = await rest.next();
    },
    cancel: async () => {
      await rest.return();
    },
  });
};

const problem = (error: unknown): Response => {
  if (!(error instanceof ScorecardError)) throw error;
  const isCallers = error instanceof InvalidRequest || error instanceof RequestRejected;
  // No message of the client contains the key.
  return Response.json(
    { error: error._tag, message: error.message },
    { status: isCallers ? 400 : 502 },
  );
};
