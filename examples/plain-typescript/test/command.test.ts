import { FakeRun } from "@scorecard-effect/fixtures";
import { make } from "@scorecard-effect/fixtures/msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { command, exit } from "../src/command.ts";

// Replaces the real service: the command does not know about the fake.
const { baseline, candidate } = FakeRun.pair({ records: 400, regression: 0.3 });
const fake = make({ runs: [baseline, candidate] });
const server = setupServer(...fake.handlers);
beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
afterEach(() => {
  fake.inject("");
  vi.unstubAllEnvs();
});
afterAll(() => server.close());

const gate = async (args: ReadonlyArray<string>, apiKey = fake.apiKey) => {
  vi.stubEnv("SCORECARD_API_KEY", apiKey);
  vi.stubEnv("SCORECARD_BASE_URL", undefined);
  const lines: Array<string> = [];
  const code = await command(args, (line) => lines.push(line));
  return { code, text: lines.join("\n") };
};

describe("The command", () => {
  it("passes a good run and fails a bad one", async () => {
    const good = await gate([baseline.runId]);
    expect(good.text).toMatch(
      /^ok {3}correctness: mean 0\.\d{3} of \d+ scores, at least 0\.8 wanted$/mu,
    );
    expect(good.code).toBe(exit.passed);
    const bad = await gate([candidate.runId]);
    expect(bad.text).toMatch(/^FAIL correctness/mu);
    expect(bad.code).toBe(exit.failed);
  });

  it.each([
    { faults: "429 retry-after 120", code: exit.tryLater },
    { faults: "html", code: exit.notJudged },
    { faults: "401", code: exit.notJudged },
  ])("does not judge a run that it cannot read: $faults", async ({ faults, code }) => {
    fake.inject(faults);
    const unread = await gate([baseline.runId]);
    expect(unread.code).toBe(code);
    expect(unread.text).toMatch(/^not judged: .*\(run "135", first page\)$/u);
    expect(unread.text).not.toContain(fake.apiKey);
  });

  it("names the records that it does not trust", async () => {
    fake.inject("on request 2: no-id");
    const unread = await gate([baseline.runId]);
    expect(unread.code).toBe(exit.notJudged);
    expect(unread.text).toMatch(/^not judged: Record without an id is not valid: \/id: /u);
  });

  it("hints at a proxy if the response is not JSON", async () => {
    fake.inject("html");
    expect((await gate([baseline.runId])).text).toMatch(/SCORECARD_BASE_URL/u);
  });

  it.each([
    { args: ["9"], message: /404/u },
    { args: [], message: /^usage: gate RUN$/u },
    { args: ["135", "136"], message: /^usage: gate RUN$/u },
  ])("explains what is wrong with the arguments $args", async ({ args, message }) => {
    const wrong = await gate(args);
    expect(wrong.code).toBe(exit.notJudged);
    expect(wrong.text).toMatch(message);
  });

  it("fails without a key", async () => {
    const keyless = await gate([baseline.runId], "");
    expect(keyless.code).toBe(exit.notJudged);
    expect(keyless.text).toMatch(/set SCORECARD_API_KEY/u);
  });
});
