/** A server of the `fixtures` benches in a process of its own: the fake, or what sends the fake's pages ready-made. */
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, Layer, ManagedRuntime } from "effect";
import { createServer } from "node:http";
import { warmPages } from "./PageSize.ts";

const [kind = ""] = process.argv.slice(2);
const run = FakeRun.make({ records: 10_000_000 });

/** The first pages of the run as the fake sends them, and their paths. */
const ready = async (): Promise<ReadonlyMap<string, Buffer>> => {
  const fake = FakeScorecard.fetch({ runs: [run] });
  const origin = new URL(fake.baseUrl).origin;
  const pages = new Map<string, Buffer>();
  let path = `/api/v2/runs/${run.runId}/records?limit=100`;
  while (pages.size < warmPages) {
    const response = await fake.fetch(`${origin}${path}`, {
      headers: { authorization: `Bearer ${fake.apiKey}` },
    });
    const page = Buffer.from(await response.arrayBuffer());
    pages.set(path, page);
    const [, cursor = ""] = /"nextCursor":"([^"]+)"/.exec(page.toString("latin1")) ?? [];
    path = `/api/v2/runs/${run.runId}/records?limit=100&cursor=${encodeURIComponent(cursor)}`;
  }
  return pages;
};

const pages = await ready();
const say = (origin: string): void => {
  process.send?.({ origin, paths: Array.from(pages.keys()) });
};

if (kind === "bare") {
  const server = createServer((request, response) => {
    const page = pages.get(request.url ?? "");
    response.writeHead(page === undefined ? 404 : 200, {
      "content-type": "application/json",
      "content-length": page?.byteLength ?? 0,
    });
    response.end(page);
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    say(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  });
} else {
  const { baseUrl } = await ManagedRuntime.make(
    Layer.fresh(FakeScorecardNode.layer({ runs: [run] })),
  ).runPromise(Effect.map(FakeScorecard, (fake) => fake));
  say(new URL(baseUrl).origin);
}

// Ends with the contender that started it, however that ends.
process.on("disconnect", () => process.exit());
