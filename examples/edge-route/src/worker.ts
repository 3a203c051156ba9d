/** A Cloudflare Worker: `GET /runs/135/failures?metric=…`. */
import { type Client, createClient } from "@scorecard-effect/client/promise";
import { failures } from "./failures.ts";

interface Env {
  /** A secret of the Worker: `wrangler secret put SCORECARD_API_KEY`. */
  readonly SCORECARD_API_KEY: string;
  readonly SCORECARD_BASE_URL?: string;
}

// One client serves all requests of an isolate: they share its rate limit.
let client: Client | undefined;

const worker = {
  fetch: async (request: Request, env: Env): Promise<Response> => {
    const url = new URL(request.url);
    const [, runId] = /^\/runs\/([^/]+)\/failures$/.exec(url.pathname) ?? [];
    const metric = url.searchParams.get("metric");
    if (runId === undefined || metric === null) {
      return new Response("GET /runs/RUN/failures?metric=ID\n", { status: 404 });
    }
    client ??= createClient({ apiKey: env.SCORECARD_API_KEY, baseUrl: env.SCORECARD_BASE_URL });
    return failures(client, decodeURIComponent(runId), metric, request.signal);
  },
};

export default worker;
