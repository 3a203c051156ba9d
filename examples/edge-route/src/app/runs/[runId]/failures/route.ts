/** A route of Next.js, in the edge runtime or on Node: `GET /runs/135/failures?metric=…`. */
import { createClient } from "@scorecard-effect/client/promise";
import { failures } from "../../../../failures.ts";

export const runtime = "edge";
export const dynamic = "force-dynamic";

// Reads SCORECARD_API_KEY of the server. Never give the key to a page.
const client = createClient();

export const GET = async (
  request: Request,
  { params }: { readonly params: Promise<{ readonly runId: string }> },
): Promise<Response> => {
  const metric = new URL(request.url).searchParams.get("metric");
  if (metric === null) return new Response("Which metric? Add ?metric=ID\n", { status: 400 });
  return failures(client, (await params).runId, metric, request.signal);
};
