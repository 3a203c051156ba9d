/**
 * The servers of the bench `fixtures`: the fake on a port, or a bare server that sends the same bytes ready-made. The
 * argument, `fake` or `bare`, says which.
 */
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, Layer, ManagedRuntime } from "effect";
import { createServer } from "node:http";
import { endWithParent, listen, report } from "./ServerProcess.ts";

endWithParent();

const [kind = ""] = process.argv.slice(2);
const run = FakeRun.make({ records: 10_000_000 });
/** How many pages of the run the bench requests, over and over. */
const requestedPages = 100;

/** The first pages of the run as the fake sends them, by path. */
const firstPages = async (): Promise<ReadonlyMap<string, Buffer>> => {
  const fake = FakeScorecard.fetch({ runs: [run] });
  const origin = new URL(fake.baseUrl).origin;
  const pages = new Map<string, Buffer>();
  let path = `/api/v2/runs/${run.runId}/records?limit=100`;
  while (pages.size < requestedPages) {
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

const pages = await firstPages();

const startBare = (): Promise<string> =>
  listen(
    createServer((request, response) => {
      const page = pages.get(request.url ?? "");
      response.writeHead(page === undefined ? 404 : 200, {
        "content-type": "application/json",
        "content-length": page?.byteLength ?? 0,
      });
      response.end(page);
    }),
  );

const startFake = async (): Promise<string> => {
  const runtime = ManagedRuntime.make(Layer.fresh(FakeScorecardNode.layer({ runs: [run] })));
  const { baseUrl } = await runtime.runPromise(Effect.map(FakeScorecard, (fake) => fake));
  return new URL(baseUrl).origin;
};

const origin = await (kind === "bare" ? startBare() : startFake());
report({ origin, paths: Array.from(pages.keys()) });
