/**
 * The flags and variables of commands that read an API: the same odd values get the same complaint, whichever command
 * is given them. The complaints are written by hand.
 */
import { NodeHttpClient, NodeServices } from "@effect/platform-node";
import { assert, describe, it } from "@effect/vitest";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import { ConfigProvider, Console, Effect } from "effect";
import { Command } from "effect/cli";
import { fakeCommand } from "../../../../packages/fixtures/src/commands/FakeCommand.ts";
import { command as demoCommand } from "../../src/commands/Demo.ts";
import { any } from "../setup/RuleUsers.ts";

type Program = "demo" | "scorecard-fake";
type Env = Readonly<Record<string, string>>;

/** Runs a command in this process. Returns its complaint, as its process would print it. */
const complaintOf = async (
  program: Program,
  args: ReadonlyArray<string>,
  env: Env,
): Promise<string> => {
  const lines: Array<string> = [];
  const quiet = { ...console, log: ignore, error: (line: string) => lines.push(line) };
  const complain = (error: { readonly _tag: string; readonly message: string }) =>
    error._tag === "ShowHelp" ? Effect.void : Complaint.print(program, error.message);
  const version = "0";
  await Effect.gen(function* () {
    if (program === "demo") {
      yield* Effect.catch(Command.runWith(demoCommand, { version })(args), complain);
    } else {
      yield* Effect.catch(Command.runWith(fakeCommand, { version })(args), complain);
    }
  }).pipe(
    Effect.provide([
      NodeServices.layer,
      NodeHttpClient.layerUndici,
      Complaint.presenter(program),
      ConfigProvider.layer(ConfigProvider.fromEnv({ env })),
    ]),
    Effect.provideService(Console.Console, any(quiet)),
    Effect.runPromise,
  );
  return lines.join("\n");
};
const ignore = () => {};

/** A command, and the arguments that make it read run 1 of a real API; `run` takes the place of that run. */
interface Reader {
  readonly program: Program;
  readonly args: (run: string) => ReadonlyArray<string>;
}

const readers: ReadonlyArray<readonly [string, Reader]> = [
  ["demo", { program: "demo", args: (run) => ["--run", run] }],
  ["demo report", { program: "demo", args: (run) => ["report", "--run", run, "--json"] }],
  ["demo compare", { program: "demo", args: (run) => ["compare", run, "2"] }],
  [
    "demo export",
    { program: "demo", args: (run) => ["export", "--run", run, "--to", "/nowhere/run.csv"] },
  ],
  ["demo explore", { program: "demo", args: (run) => ["explore", run] }],
  [
    "scorecard-fake --record",
    { program: "scorecard-fake", args: (run) => ["--record", "/nowhere/run.jsonl", "--run", run] },
  ],
];

const key = "ak_any-key";
const url = "http://127.0.0.1:1";

describe.each(readers)("The settings of %s", (_, { program, args }) => {
  const complain = (extra: ReadonlyArray<string>, env: Env, run = "1") =>
    complaintOf(program, [...args(run), ...extra], env);

  it.each(["", "nowhere", "/api", "ftp://x.test", "http://"])(
    "--base-url %j is no URL, nor is the variable",
    async (odd) => {
      const problem = "The base URL is malformed: expected an absolute http or https URL";
      assert.strictEqual(
        await complain(["--base-url", odd], { SCORECARD_API_KEY: key }),
        `${program}: --base-url: ${problem}`,
      );
      // A variable that is empty is not set.
      if (odd === "") return;
      assert.strictEqual(
        await complain([], { SCORECARD_API_KEY: key, SCORECARD_BASE_URL: odd }),
        `${program}: SCORECARD_BASE_URL: ${problem}`,
      );
    },
  );

  it.each(["http://u:ak_p@x.test", "http://x.test/?a=ak_b", "http://x.test/#ak_c"])(
    "--base-url %j has a part too many, and is not quoted",
    async (odd) => {
      assert.strictEqual(
        await complain(["--base-url", odd], { SCORECARD_API_KEY: key }),
        `${program}: --base-url: The base URL is malformed: it must not have credentials, a query or a fragment`,
      );
    },
  );

  it.each<Env>([{}, { SCORECARD_API_KEY: "" }])("no key in %j", async (env) => {
    assert.strictEqual(
      await complain(["--base-url", url], env),
      `${program}: SCORECARD_API_KEY is not set: a real API needs its key`,
    );
  });

  const form = "keys start with ak_ and have no spaces";
  it.each([
    [" ", form],
    ["ak_", form],
    ["AK_any-key", form],
    ["sk_any-key", form],
    ["ak_any key", form],
    ["ak_\u00e9", form],
    ["ak_any-key\n", "it starts or ends with white space, such as a line break"],
  ])("the key %j is malformed, and not quoted", async (odd, problem) => {
    const env = { SCORECARD_API_KEY: odd };
    const expected = `${program}: SCORECARD_API_KEY: The API key is malformed: ${problem}`;
    assert.strictEqual(await complain(["--base-url", url], env), expected);
    assert.strictEqual(await complain([], { ...env, SCORECARD_BASE_URL: url }), expected);
  });

  it.each([
    [".", "A run id of dots alone cannot be sent"],
    ["..", "A run id of dots alone cannot be sent"],
    ["a\ud800", "The run id is not well-formed Unicode"],
    ["", "The run id is empty"],
  ])("the run %j cannot be sent", async (run, problem) => {
    assert.strictEqual(
      await complain(["--base-url", url], { SCORECARD_API_KEY: key }, run),
      `${program}: ${problem}`,
    );
  });
});

const servers: ReadonlyArray<readonly [string, Program, ReadonlyArray<string>]> = [
  ["demo report", "demo", ["report"]],
  ["demo compare", "demo", ["compare"]],
  ["demo explore", "demo", ["explore"]],
  ["scorecard-fake", "scorecard-fake", []],
];

describe.each(servers)("The flags of a fake API, for %s", (_, program, args) => {
  it.each(["-1", "1.5", "x", "NaN", "Infinity", "1e3x", ""])(
    "--records %j is not a whole number",
    async (odd) => {
      const text = await complaintOf(program, [...args, `--records=${odd}`], {});
      assert.match(text, new RegExp(`^${program}: [^\\n]*--records[^\\n]*\\. Try --help\\.$`));
    },
  );

  it.each(["1.5", "x", "NaN", ""])("--seed %j is not a whole number", async (odd) => {
    const text = await complaintOf(program, [...args, `--seed=${odd}`], {});
    assert.match(text, new RegExp(`^${program}: [^\\n]*--seed[^\\n]*\\. Try --help\\.$`));
  });

  it("a replay file that does not exist", async () => {
    const text = await complaintOf(program, [...args, "--replay", "/nowhere.jsonl"], {});
    assert.strictEqual(text, `${program}: /nowhere.jsonl: cannot be read: there is no such file`);
  });
});

const listeners: ReadonlyArray<readonly [string, Program, ReadonlyArray<string>]> = [
  ["demo explore", "demo", ["explore"]],
  ["scorecard-fake", "scorecard-fake", []],
];

describe.each(listeners)("The port of %s", (_, program, args) => {
  it.each(["-1", "65536"])("%s is out of range", async (odd) => {
    const text = await complaintOf(program, [...args, `--port=${odd}`], {});
    assert.include(text, `Expected a whole number from 0 to 65535, got ${odd}. Try --help.`);
  });
});
