// The commands: what they print, and how they exit; and signals, in processes of their own.
import { NodeServices } from "@effect/platform-node";
import { assert, layer } from "@effect/vitest";
import { Cursor, RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Context, Effect, Fiber, Layer, Redacted, Schedule } from "effect";
import { SqlClient } from "effect/sql";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Fleet from "../../src/fleet/Fleet.ts";
import * as Database from "../../src/store/Database.ts";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";
import * as MirrorProgram from "./MirrorProgram.ts";

const main = join(import.meta.dirname, "../../src/main.ts");
const { NODE_COMPILE_CACHE = "", PATH = "" } = process.env;

const start = (args: ReadonlyArray<string>, env: { readonly [name: string]: string }) =>
  spawn(process.execPath, [main, ...args], {
    env: { NODE_COMPILE_CACHE, PATH, NO_COLOR: "1", ...env },
  });

const ended = async (child: ChildProcessWithoutNullStreams) => {
  const output = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.err += text));
  child.stdin.end();
  const [code]: ReadonlyArray<unknown> = await once(child, "close");
  return { code, ...output };
};

const runs = ["listed", "other"].map((runId, seed) => FakeRun.make({ seed, records: 30, runId }));

/** The environment of the commands: a database and an API. */
class Environment extends Context.Service<Environment, { readonly [name: string]: string }>()(
  "test/Environment",
) {
  static readonly layer = Layer.effect(
    Environment,
    Effect.gen(function* () {
      const { url } = yield* EmbeddedPostgres.start;
      const { apiKey, baseUrl } = yield* FakeScorecard;
      return {
        DATABASE_URL: Redacted.value(url),
        SCORECARD_API_KEY: Redacted.value(apiKey),
        SCORECARD_BASE_URL: baseUrl,
      };
    }),
  ).pipe(Layer.provide([FakeScorecardNode.layer({ runs }), NodeServices.layer]));
}

const Store = Layer.unwrap(
  Effect.map(Environment, ({ DATABASE_URL = "" }) =>
    Layer.provideMerge(MirrorStore.layer, Database.layer(Redacted.make(DATABASE_URL))),
  ),
);

const text = (lines: ReadonlyArray<string>) => lines.map((line) => `${line}\n`).join("");

/** Runs a command in this process: one of its own would cost ten times as much. */
const mirror = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  env: { readonly [name: string]: string } = {},
  stdin = "",
) {
  const environment = yield* Environment;
  const { code, err, out } = yield* MirrorProgram.run(args, { ...environment, ...env }, { stdin });
  return { code, err: text(err), out: text(out) };
});

const database = (url: string) => ({ DATABASE_URL: url });

/** Runs a command that must fail with one line on stderr. Returns what it printed on stdout. */
const fails = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  says: RegExp,
  env: { readonly [name: string]: string } = {},
  exit = 1,
) {
  const { code, err, out } = yield* mirror(args, env);
  assert.match(err, says, args.join(" "));
  assert.match(err, /^mirror: [^\n]+\n$/);
  assert.notMatch(err, /hunter2/);
  assert.strictEqual(code, exit, err);
  return out;
});

// A process takes seconds on a busy machine.
const timeout = 60_000;

layer(Layer.provideMerge(Store, Environment.layer), { timeout, excludeTestServices: true })(
  "The command",
  (it) => {
    it.effect(
      "prints an error in one line",
      () =>
        Effect.gen(function* () {
          const taken = createServer().listen(0, "127.0.0.1");
          yield* Effect.promise(() => once(taken, "listening"));
          const address = taken.address();
          const port = typeof address === "object" ? String(address?.port) : "";
          yield* Effect.all(
            [
              fails(["status"], /DATABASE_URL is not set/, database("")),
              fails(
                ["status"],
                /ECONNREFUSED.*Is it running\?/,
                database("postgres://user:hunter2@127.0.0.1:1/none"),
              ),
              fails(
                ["run", "--runs-file", "no-such-file"],
                /no-such-file cannot be read: NotFound/,
              ),
              fails(
                ["pause", "135"],
                /Run 135 is not mirrored\. To start it: mirror run --runs 135/,
              ),
              fails(["verify", "135"], /Run 135 is not mirrored/),
              fails(
                ["serve", "--port", port],
                /Cannot listen on 127\.0\.0\.1, port \d+: the port is in use/,
              ),
              fails(["serve", "--limit", "0"], /Expected a number above 0, got 0/, {}, 2),
              fails(
                ["serve", "--refresh", "0 0 30 2 *"],
                /Expected a cron expression with a next time/,
                {},
                2,
              ),
              fails(["serve"], /SCORECARD_API_KEY: not set/, { SCORECARD_API_KEY: "" }),
              fails(["serve"], /SCORECARD_BASE_URL: The base URL is malformed/, {
                SCORECARD_BASE_URL: "nowhere",
              }),
            ],
            { concurrency: 3 },
          );
          taken.close();
        }),
      timeout,
    );

    it.effect(
      "starts the runs that it can, and names those that it cannot",
      () =>
        Effect.gen(function* () {
          const { progress } = yield* MirrorStore;
          const { code, err, out } = yield* mirror(
            ["run", "--stdin"],
            {},
            "a\0b\nlisted # mine\nother\n..",
          );
          assert.strictEqual(code, 1);
          assert.match(
            err,
            /^mirror: 2 of 4 runs cannot be mirrored: a\S*b \([^\n]+\), \.\. \(A run id of dots alone cannot be sent\)\n$/,
          );
          assert.match(
            out,
            /^2 runs are running\. To see their progress: mirror status\nNo runner is alive, [^\n]+\n$/,
          );
          assert.deepInclude(yield* progress(RunId.make("listed")), { state: "running" });
          const status = yield* mirror(["status"]);
          // They start at the same time, so either may come first.
          for (const run of ["listed", "other"]) {
            assert.match(
              status.out,
              new RegExp(`^${run} +running +1 [^]*^No runner is alive`, "m"),
            );
          }
          assert.deepInclude(yield* mirror(["pause", "other"]), { out: "Run other is paused.\n" });
          assert.deepInclude(yield* mirror(["resume", "other"]), {
            out: "Run other is resumed.\n",
          });
          assert.deepInclude(yield* mirror(["cancel", "other"]), {
            out: "Run other is cancelled.\n",
          });
          const forgotten = yield* mirror(["forget", "other"]);
          assert.deepInclude(forgotten, {
            out: "Run other is forgotten: 0 records were deleted.\n",
          });
        }),
      timeout,
    );

    it.effect(
      "exits differently for a run that differs and one that cannot be compared",
      () =>
        Effect.gen(function* () {
          const store = yield* MirrorStore;
          const [run] = runs;
          if (run === undefined) return assert.fail();
          const { runId } = run;
          const { scan } = yield* store.start(runId);
          const next = Cursor.make("next");
          const write = (from: number, size: number, at: Cursor | null, after: Cursor | null) =>
            store.writePage({
              runId,
              scan,
              cursor: at,
              next: after,
              records: Array.from({ length: size }, (_, index) => run.record(from + index)),
              total: 30,
              acceptIncomplete: false,
            });
          yield* write(0, 6, null, next);
          const listed = yield* fails(
            ["verify", "listed"],
            /24 records differ; the service lists 30\./,
            {},
            3,
          );
          assert.match(listed, /^(missing {4}\S+\n){20}and 4 more\n$/);
          const nowhere = { SCORECARD_BASE_URL: "http://127.0.0.1:1" };
          yield* fails(
            ["verify", "listed"],
            /holds runs of http:\S+.* this command is for http/,
            nowhere,
          );
          const sql = yield* SqlClient.SqlClient;
          yield* sql`UPDATE sources SET base_url = ${nowhere.SCORECARD_BASE_URL}`;
          yield* fails(
            ["verify", "listed"],
            /The service could not be reached: connect ECONNREFUSED/,
            nowhere,
          );
          const { SCORECARD_BASE_URL = "" } = yield* Environment;
          yield* sql`UPDATE sources SET base_url = ${SCORECARD_BASE_URL}`;
          yield* write(6, 24, next, null);
          const whole = yield* mirror(["verify", "listed", "--limit", "50"]);
          assert.strictEqual(
            whole.out,
            "Run listed: all 30 records are as the service lists them.\n",
          );
          return undefined;
        }),
      timeout,
    );

    it.effect("prints an error and exits the same in a process of its own", () =>
      Effect.gen(function* () {
        const environment = yield* Environment;
        const outcome = yield* Effect.promise(() =>
          ended(start(["serve", "--limit", "0"], environment)),
        );
        assert.deepInclude(outcome, { code: 2, out: "" });
        assert.match(outcome.err, /^mirror: [^\n]+Expected a number above 0, got 0[^\n]+\n$/);
      }),
    );

    it.effect(
      "exits with 0 when SIGTERM ends a runner",
      () =>
        Effect.gen(function* () {
          const environment = yield* Environment;
          const port = yield* EmbeddedPostgres.freePort;
          const child = start(["serve", "--port", String(port)], environment);
          const result = Effect.promise(() => ended(child));
          const running = yield* Effect.forkChild(result, { startImmediately: true });
          yield* Fleet.countRunners.pipe(
            Effect.repeat({
              schedule: Schedule.spaced("100 millis"),
              until: (count) => count === 1,
            }),
          );
          child.kill("SIGTERM");
          assert.deepInclude(yield* Fiber.join(running), { code: 0, err: "" });
        }),
      timeout,
    );

    it.effect.each(["SIGTERM", "SIGHUP", "a pipe that is closed"])(
      "leaves nothing behind when a trial is ended by %s",
      (how) =>
        Effect.gen(function* () {
          const folder = mkdtempSync(join(tmpdir(), "scorecard-trial-"));
          // Its Postgres may run as another user.
          chmodSync(folder, 0o755);
          yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true })));
          const child = start([], { TMPDIR: folder });
          const closed = Effect.promise(() => once(child, "close"));
          yield* Effect.promise(() => once(child.stdout, "data"));
          if (how.startsWith("SIG")) {
            // It has started, and is not finished.
            yield* Effect.promise(async () => {
              while (readdirSync(folder).length === 0)
                await new Promise((go) => setTimeout(go, 20));
            });
            child.kill(how === "SIGHUP" ? "SIGHUP" : "SIGTERM");
          } else {
            child.stdout.destroy();
          }
          const [code]: ReadonlyArray<unknown> = yield* closed;
          // It was ended: it did not run to its end without a reader.
          assert.strictEqual(code, 130);
          assert.deepStrictEqual(readdirSync(folder), []);
        }),
      timeout,
    );
  },
);
