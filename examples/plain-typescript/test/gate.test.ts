import { createClient, ServiceError } from "@scorecard-effect/client/promise";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { describe, expect, it } from "vitest";
import { judge, type Rule } from "../src/gate.ts";

const { baseline, candidate } = FakeRun.pair({
  records: 400,
  regression: 0.3,
  invalidScores: 0.05,
});
const correct: Rule = {
  name: "correctness",
  metricConfigId: FakeRun.metrics.correctness,
  atLeast: 0.8,
};

const helpful: Rule = {
  name: "helpfulness",
  metricConfigId: FakeRun.metrics.helpfulness,
  atLeast: 3.5,
};

// A fake API in memory, and a client for it that does not wait between attempts.
const start = (faults = "") => {
  const { fetch, baseUrl, apiKey, requests } = FakeScorecard.fetch({
    runs: [baseline, candidate],
    faults,
  });
  return { client: createClient({ apiKey, baseUrl, fetch, retry: { baseDelay: 0 } }), requests };
};

describe("The gate", () => {
  it("opens for a good run, by the mean of all its valid scores", async () => {
    const {
      verdicts: [verdict],
    } = await judge(start().client, baseline.runId, [helpful]);
    const valid = Array.from({ length: baseline.size }, (_, index) => baseline.record(index))
      .flatMap(({ scores }) => scores)
      .filter(({ metricConfigId }) => metricConfigId === helpful.metricConfigId)
      .filter(({ validationErrors = [] }) => validationErrors.length === 0);
    const total = valid.reduce((sum, { score }) => sum + Number(score["intScore"]), 0);
    expect(verdict).toEqual({
      rule: helpful,
      scores: valid.length,
      mean: total / valid.length,
      passes: true,
    });
  });

  it("closes for a worse run", async () => {
    const {
      verdicts: [verdict],
    } = await judge(start().client, candidate.runId, [correct]);
    expect(verdict?.passes).toBe(false);
  });

  it("closes for a metric without scores", async () => {
    const never = { ...correct, metricConfigId: "00000000-0000-0000-0000-000000000000" };
    const {
      verdicts: [verdict],
    } = await judge(start().client, baseline.runId, [never]);
    expect(verdict).toMatchObject({ scores: 0, passes: false });
  });

  it("judges the same in spite of transient failures", async () => {
    const calm = await judge(start().client, baseline.runId, [correct]);
    const { client, requests } = start("on request 2: 503 then reset-body then recover");
    expect(await judge(client, baseline.runId, [correct])).toEqual(calm);
    expect(requests()).toHaveLength(6);
  });

  it("does not judge half a run", async () => {
    const { client } = start("from request 3: 500");
    await expect(judge(client, baseline.runId, [correct])).rejects.toBeInstanceOf(ServiceError);
  });
});
