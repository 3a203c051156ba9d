import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import worker from "../src/worker.ts";

const run = FakeRun.make({ seed: 5, records: 600 });
const metric = "6f1a5c0e-8d1b-4a7e-9c55-0b6a4e1f2d31"; // correctness, in a fake run
const failed = Array.from({ length: run.size }, (_, index) => run.record(index)).filter(
  ({ scores }) =>
    scores.some(
      ({ metricConfigId, score }) => metricConfigId === metric && score["binaryScore"] === false,
    ),
);
const fake = FakeScorecard.fetch({ runs: [run] });

// The client calls the global `fetch` where something has replaced it.
beforeEach(() => {
  vi.stubGlobal("fetch", fake.fetch);
  vi.stubEnv("SCORECARD_API_KEY", fake.apiKey);
  vi.stubEnv("SCORECARD_BASE_URL", fake.baseUrl);
});
afterEach(() => {
  fake.inject("");
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const url = (query: string, id: string = run.runId) =>
  `https://example.com/runs/${id}/failures${query}`;
const routes = {
  "the Worker": (request: Request) =>
    worker.fetch(request, { SCORECARD_API_KEY: fake.apiKey, SCORECARD_BASE_URL: fake.baseUrl }),
  "the route of Next.js": async (request: Request) => {
    const { GET } = await import("../src/app/runs/[runId]/failures/route.ts");
    const [, runId = ""] = /runs\/([^/]+)/.exec(request.url) ?? [];
    return GET(request, { params: Promise.resolve({ runId }) });
  },
};

describe.each(Object.entries(routes))("%s", (_, respond) => {
  it("streams the failed records, one a line", async () => {
    const response = await respond(new Request(url(`?metric=${metric}`)));
    expect(response.status).toBe(200);
    const lines = (await response.text()).trim().split("\n");
    expect(failed.length).toBeGreaterThan(10);
    expect(lines.map((line): unknown => JSON.parse(line).id)).toEqual(failed.map(({ id }) => id));
  });

  it("reports a run that does not exist as the caller's mistake", async () => {
    const response = await respond(new Request(url(`?metric=${metric}`, "999")));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: "RequestRejected" });
  });

  it("reports a service that is down as such, without the key", async () => {
    fake.inject("html");
    const response = await respond(new Request(url(`?metric=${metric}`)));
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain(fake.apiKey);
  });

  it("asks for a metric", async () => {
    const { status } = await respond(new Request(url("")));
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it("stops reading where its reader leaves", async () => {
    const before = fake.requests().length;
    const response = await respond(new Request(url(`?metric=${metric}`)));
    await response.body?.cancel();
    // Six pages hold the run: a listing that went on would fetch them all.
    expect(fake.requests().length - before).toBeLessThan(6);
  });
});
