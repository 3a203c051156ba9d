import { FakeRun } from "@scorecard-effect/fixtures";
import { make } from "@scorecard-effect/fixtures/msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { command, exit } from "../src/command.ts";

// Replaces the real service: the command does not know about the fake.
const { baseline, candidate } = FakeRun.pair({ records: 400, regression: 0.3 });
const fake = make({ runs: [baseline, candidate] });
const server = setupServer(...fake.handlers);
beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
afterEach(() => fake.inject(""));
afterAll(() => server.close());

const gate = async (args: ReadonlyArray<string>, env = { SCORECARD_API_KEY: fake.apiKey }) => {
  const lines: Array<string> = [];
  const code = await command(args, env, (line) => lines.push(line));
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
    const keyless = await gate([baseline.runId], { SCORECARD_API_KEY: "" });
    expect(keyless.code).toBe(exit.notJudged);
    expect(keyless.text).toMatch(/key/u);
  });
});
