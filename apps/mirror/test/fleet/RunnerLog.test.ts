import { assert, it } from "@effect/vitest";
import { Effect, Logger, Schema } from "effect";
import { PersistenceError } from "effect/cluster/ClusterError";
import { SqlError } from "effect/sql";
import * as RunnerLog from "../../src/fleet/RunnerLog.ts";
import * as FailureText from "../../src/store/FailureText.ts";

const failedWith = (code: string, message: string) =>
  new SqlError.SqlError({
    reason: new SqlError.UnknownError({
      cause: Object.assign(new Error(message), { code }),
      message: "PgConnection: Query failed",
      operation: "query",
    }),
  });

it.effect("A runner's log has one line for each entry, with the first line of its cause", () =>
  Effect.gen(function* () {
    const lines: Array<string> = [];
    const documents: Array<string> = [];
    const loggers = [
      Logger.map(RunnerLog.text, (line) => lines.push(line)),
      Logger.map(RunnerLog.json, (line) => documents.push(line)),
    ];
    yield* Effect.gen(function* () {
      yield* Effect.logInfo("Run 135 is complete");
      yield* Effect.logWarning("No answer", new Error("first\nsecond"));
      const silent = new Error("", { cause: new Error("the cause\nat length") });
      yield* Effect.fail(silent).pipe(Effect.tapCause(Effect.logError), Effect.ignore);
      yield* Effect.logError(
        "The engine cannot write",
        new PersistenceError({ cause: failedWith("53100", "could not extend file") }),
      ).pipe(Effect.annotateLogs({ module: "Runner" }));
    }).pipe(Effect.provide(Logger.layer(loggers)));
    const full =
      "The database failed: could not extend file. The server's disk is full: free space there. Runs continue by themselves";
    assert.deepStrictEqual(
      lines.map((line) => line.replace(/^\S+ /, "")),
      [
        "INFO  Run 135 is complete",
        "WARN  No answer first",
        "ERROR Error: the cause",
        `ERROR The engine cannot write ${full}`,
      ],
    );
    const Entry = Schema.fromJsonString(
      Schema.Struct({
        time: Schema.String,
        level: Schema.String,
        message: Schema.String,
        annotations: Schema.optional(Schema.Unknown),
      }),
    );
    const last = yield* Schema.decodeUnknownEffect(Entry)(documents.at(-1));
    assert.deepInclude(last, {
      level: "error",
      message: `The engine cannot write ${full}`,
      annotations: { module: "Runner" },
    });
    assert.match(last.time, /^\d{4}-.*Z$/);
    assert.strictEqual(documents.length, 4);
  }),
);

it("A failure names its cause and what to do, by its SQLSTATE, and is never empty", () => {
  for (const [code, message, says] of [
    ["28P01", 'password authentication failed for user "m"', /Was the password changed\?/],
    ["25006", "cannot execute INSERT in a read-only transaction", /read-only, as a standby is/],
    ["57014", "canceling statement due to statement timeout", /statement_timeout/],
    ["53100", "No space left on device", /disk is full/],
    ["53300", "too many clients already", /Lower --connections/],
    ["57P01", "terminating connection", /stopping or restarting/],
  ] as const) {
    for (const failure of [
      failedWith(code, message),
      new PersistenceError({ cause: failedWith(code, message) }),
      new Error("outer", { cause: failedWith(code, message) }),
    ]) {
      assert.match(FailureText.describe(failure), says);
      assert.include(FailureText.describe(failure), message);
    }
  }
  const circle = new Error("");
  circle.cause = circle;
  for (const silent of [undefined, null, "", {}, new Error(""), circle, { _tag: "" }]) {
    assert.notStrictEqual(FailureText.describe(silent).trim(), "");
  }
});
