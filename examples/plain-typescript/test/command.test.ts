import { FakeRun } from "@scorecard-effect/fixtures";
import { make } from "@scorecard-effect/fixtures/msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { command, exit } from "../src/command.ts";

// Takes the place of the real service: the command is not told that there is a fake.
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
  it("tells a good run from a bad one", async () => {
    const good = await gate([baseline.runId]);
    expect(good.text).toMatch(
      /^ok {3}correctness: mean 0\.\d{3} of \d+ scores, at least 0\.8 wanted$/mu,
    );
    expect(good.code).toBe(exit.kept);
    const bad = await gate([candidate.runId]);
    expect(bad.text).toMatch(/^FAIL correctness/mu);
    expect(bad.code).toBe(exit.broken);
  });

  it.each([
    { faults: "429 retry-after 120", code: exit.later },
    { faults: "html", code: exit.unjudged },
    { faults: "401", code: exit.unjudged },
  ])("does not judge a run that it cannot read: $faults", async ({ faults, code }) => {
    fake.inject(faults);
    const unread = await gate([baseline.runId]);
    expect(unread.code).toBe(code);
    expect(unread.text).toMatch(/^not judged: .*\(run "135", first page\)$/u);
    expect(unread.text).not.toContain(fake.apiKey);
  });

  it.each([
    { args: ["9"], says: /404/u },
    { args: [], says: /^usage: gate RUN$/u },
    { args: ["135", "136"], says: /^usage: gate RUN$/u },
  ])("says what is wrong with the arguments $args", async ({ args, says }) => {
    const wrong = await gate(args);
    expect(wrong.code).toBe(exit.unjudged);
    expect(wrong.text).toMatch(says);
  });

  it("asks nothing without a key", async () => {
    const keyless = await gate([baseline.runId], { SCORECARD_API_KEY: "" });
    expect(keyless.code).toBe(exit.unjudged);
    expect(keyless.text).toMatch(/key/u);
  });
});
