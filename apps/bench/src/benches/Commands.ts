/** How long commands take to start: those of the fixtures as they are published, the apps' as `pnpm` runs them. */
import * as NodeServices from "@effect/platform-node/NodeServices";
import * as EmbeddedPostgres from "@scorecard-effect/mirror/store/EmbeddedPostgres";
import { Effect, Redacted } from "effect";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BoundedCounts } from "../harness/BoundedCount.ts";
import { apiKey } from "../servers/ServedRun.ts";
import { commandPath } from "../ways/Installed.ts";

const printHelp = (name: string) => async (): Promise<void> => {
  execFileSync(process.execPath, [commandPath(name), "--help"]);
};

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const examplePage = "apps/demo/test/data/example-page.json";

/** Runs a script of the workspace, with pnpm's own start. */
const pnpm =
  (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}) =>
  async (): Promise<void> => {
    execFileSync("pnpm", ["--silent", ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  };

const serveFirstPage = async (): Promise<void> => {
  const fake = spawn(process.execPath, [commandPath("scorecard-fake"), "--quiet"]);
  try {
    const [line] = await once(fake.stdout, "data");
    const [baseUrl = ""] = /http\S+/.exec(String(line)) ?? [];
    const headers = { authorization: `Bearer ${apiKey}` };
    const response = await fetch(`${baseUrl}/runs/135/records`, { headers });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`The fake responded with ${response.status}`);
  } finally {
    fake.kill();
  }
};

interface Measure {
  readonly of: string;
  readonly run: () => Promise<void>;
  readonly most: number;
}

const measures = (databaseUrl: string): ReadonlyArray<Measure> => [
  { of: "scorecard-fake --help", run: printHelp("scorecard-fake"), most: 400 },
  { of: "scorecard-laws --help", run: printHelp("scorecard-laws"), most: 400 },
  { of: "scorecard-fake, until its first response", run: serveFirstPage, most: 500 },
  { of: "pnpm demo --help", run: pnpm(["demo", "--help"]), most: 600 },
  { of: "pnpm demo, one page", run: pnpm(["demo", "--replay", examplePage]), most: 800 },
  { of: "pnpm mirror --help", run: pnpm(["mirror", "--help"]), most: 800 },
  {
    of: "pnpm mirror status",
    run: pnpm(["mirror", "status"], { DATABASE_URL: databaseUrl }),
    most: 800,
  },
];

/** The median time of a command, in milliseconds. */
const medianOf = async ({ run }: Measure, rounds: number): Promise<number> => {
  const times: Array<number> = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
};

export const commands: BoundedCounts = {
  name: "commands",
  what: "start a command in a new process: the median of 21 runs",
  measure: (quick) =>
    Effect.gen(function* () {
      const { url } = yield* EmbeddedPostgres.start;
      return yield* Effect.forEach(measures(Redacted.value(url)), (measure) =>
        Effect.map(
          Effect.promise(() => medianOf(measure, quick ? 3 : 21)),
          (value) => ({ of: measure.of, value, unit: "ms", most: measure.most }),
        ),
      );
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer), Effect.runPromise),
};
