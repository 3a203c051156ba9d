/** What the errors of the promise client show: their stack, their JSON, and what the caller's own functions did wrong. */
import { afterEach, assert, describe, it } from "@effect/vitest";
import { FakeRun, FakeScorecard, type FakeScorecardOptions } from "@scorecard-effect/fixtures";
import { inspect } from "node:util";
import {
  type Client,
  type ClientOptions,
  createClient,
  InvalidRecord,
  InvalidRequest,
  RecordMismatch,
  RequestRejected,
  scoreOf,
  ScorecardError,
  ServiceError,
} from "../src/promise.ts";
import { renderAll } from "./Rendering.ts";

const run = FakeRun.make({ records: 3 });
const apiKey = "ak_do_not_tell";
const clientOf = (options: ClientOptions = {}, faults?: FakeScorecardOptions["faults"]) => {
  const { baseUrl, fetch } = FakeScorecard.fetch({ runs: [run], apiKey, faults });
  return createClient({ apiKey, baseUrl, fetch, retry: false, ...options });
};
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail("succeeded"),
    (error: unknown) => error,
  );
const refuse = { decode: () => ({ _tag: "Failure", failure: { issues: [] } }) as const };

const failOnFetch = () => assert.fail("something was sent");
const nightlyReport = (client: Client) =>
  client.listRecordResults(run.runId, { as: refuse }).toArray();

describe("The stack of an error", () => {
  const client = clientOf();
  const calls: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
    ["toArray", () => client.toArray("9")],
    ["listRecords().toArray", () => client.listRecords("9").toArray()],
    ["listPages().toArray", () => client.listPages("9").toArray()],
    ["getPage", () => client.getPage("9")],
    [
      "a loop",
      async () => {
        for await (const record of client.listRecords("9")) assert.fail(record.id);
      },
    ],
  ];
  it.each(calls)("of %s starts at the caller's own frame", async (_, call) => {
    const error = await failure(call());
    assert.instanceOf(error, RequestRejected);
    const [head, ...frames] = error.stack?.split("\n") ?? [];
    assert.strictEqual(head, `RequestRejected: ${error.message}`);
    assert.include(frames[0], "PromiseErrors.test.ts");
    assert.notInclude(error.stack, "/client/src/");
  });

  it("of an InvalidRecord too", async () => {
    const results = await nightlyReport(client);
    assert.strictEqual(results.length, 3);
    for (const result of results) {
      assert(!result.ok);
      const [head, ...frames] = result.error.stack?.split("\n") ?? [];
      assert.strictEqual(head, `InvalidRecord: ${result.error.message}`);
      assert.include(frames[0], "nightlyReport");
      assert.notInclude(result.error.stack, "/client/src/");
      assert.notInclude(result.error.stack, "/effect/");
    }
  });

  it("is its name and message alone where the program wants no frames", async () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      const error = await failure(client.getPage("9"));
      assert.instanceOf(error, RequestRejected);
      assert.strictEqual(error.stack, `RequestRejected: ${error.message}`);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });
});

describe("The JSON of an error", () => {
  it("has its name, message and fields, without stack and key", async () => {
    const rejected = await failure(clientOf().getPage("9"));
    const refused = await failure(clientOf({ baseUrl: "http://127.0.0.1:2" }).getPage("135"));
    const invalid = await failure(clientOf({ timeout: 0 }).getPage("135"));
    const [result] = await clientOf().listRecordResults(run.runId, { as: refuse }).toArray();
    assert(result !== undefined && !result.ok);
    for (const error of [rejected, refused, invalid, result.error]) {
      assert(error instanceof ScorecardError || error instanceof InvalidRecord);
      const json: { readonly [field: string]: unknown } = JSON.parse(JSON.stringify(error));
      assert.deepStrictEqual(
        [json["name"], json["_tag"], json["message"], json["runId"]],
        [error._tag, error._tag, error.message, error.runId],
      );
      assert.deepStrictEqual(Object.keys(json).slice(0, 2), ["name", "message"]);
      assert.notProperty(json, "stack");
      assert.notInclude(renderAll(error), apiKey);
    }
    assert(rejected instanceof RequestRejected);
    assert.include(JSON.parse(JSON.stringify(rejected)), { status: 404, attempts: 1 });
    // Within another value, as loggers write them.
    assert.include(JSON.stringify({ error: rejected }), '"message":"The service rejected');
  });
});

const readQuestion = (record: { readonly inputs: { readonly question?: string } }) => ({
  _tag: "Success" as const,
  // As JavaScript allows.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  success: (record.inputs.question as string).toUpperCase(),
});

describe("A decode", () => {
  const wrong: ReadonlyArray<readonly [string, string, () => unknown]> = [
    [
      "that throws",
      "decode threw TypeError: no question",
      () => {
        throw new TypeError("no question");
      },
    ],
    [
      "that throws the key, in two lines",
      "decode threw Error: <redacted> is secret",
      () => {
        throw new Error(`${apiKey}\n is secret`);
      },
    ],
    [
      "that throws a text",
      "decode threw no question",
      () => {
        throw "no question";
      },
    ],
    ["that is async", "decode returned a promise", () => Promise.resolve({ _tag: "Success" })],
    [
      "that is async, and fails",
      "decode returned a promise",
      () => Promise.reject(new Error("nobody hears this")),
    ],
    ["that returns nothing", "decode returned neither", () => undefined],
    ["that returns the record", "decode returned neither", () => ({ id: "1" })],
    [
      "that returns no issues",
      "decode returned neither",
      () => ({ _tag: "Failure", failure: "no question" }),
    ],
    [
      "that returns texts as issues",
      "decode returned neither",
      () => ({ _tag: "Failure", failure: { issues: ["no question"] } }),
    ],
  ];
  it.each(wrong)("%s is told by the errors", async (_, reason, decode) => {
    const as = { decode };
    const client: Client = clientOf();
    const mismatch = await failure(Reflect.apply(client.toArray, client, [run.runId, { as }]));
    assert.instanceOf(mismatch, RecordMismatch);
    const listing: ReturnType<Client["listRecordResults"]> = Reflect.apply(
      client.listRecordResults,
      client,
      [run.runId, { as }],
    );
    const [result] = await listing.toArray();
    assert(result !== undefined && !result.ok);
    for (const error of [mismatch, result.error]) {
      const [issue] = error.issues;
      assert.include(issue?.message, reason);
      assert.include(error.message, reason);
      assert.notInclude(error.message, "\n");
      assert.notInclude(renderAll(error), apiKey);
    }
  });

  it("that throws an error is its cause, with the frames of the decode", async () => {
    const noQuestion = FakeRun.make({ records: 1 }).record(0);
    const page = {
      data: [{ ...noQuestion, inputs: {} }],
      nextCursor: null,
      hasMore: false,
      total: 1,
    };
    const client = clientOf({ fetch: () => Promise.resolve(Response.json(page)) });
    const as = { decode: readQuestion };
    const mismatch = await failure(client.toArray("135", { as }));
    const [result] = await client.listRecordResults("135", { as }).toArray();
    assert.instanceOf(mismatch, RecordMismatch);
    assert(result !== undefined && !result.ok);
    for (const error of [mismatch, result.error]) {
      assert.include(error.message, "TypeError: Cannot read properties of undefined");
      assert.instanceOf(error.cause, Error);
      assert.include(error.cause.stack, "readQuestion");
      assert.include(inspect(error), "readQuestion");
    }
  });
});

describe("A retry policy", () => {
  const wrong: ReadonlyArray<readonly [string, string, () => unknown]> = [
    [
      "that throws",
      "the retry policy threw Error: <redacted> is no wait",
      () => {
        throw new Error(`${apiKey} is no wait`);
      },
    ],
    ["that returns text", "the retry policy returned no duration", () => "soon"],
    ["that returns NaN", "the retry policy returned no duration", () => Number.NaN],
    ["that returns true", "the retry policy returned no duration", () => true],
    ["that is async", "the retry policy returned a promise", () => Promise.resolve(1)],
    [
      "that is async, and fails",
      "the retry policy returned a promise",
      () => Promise.reject(new Error("nobody hears this")),
    ],
  ];
  it.each(wrong)("%s gives up, and the error says why", async (_, reason, retry) => {
    const client: Client = Reflect.apply(clientOf, undefined, [{ retry }, "on request 1: 503"]);
    const error = await failure(client.toArray(run.runId));
    assert.instanceOf(error, ServiceError);
    assert.strictEqual(error.status, 503);
    assert.strictEqual(error.attempts, 1);
    assert.isTrue(error.isRetryable);
    assert.include(error.retryProblem, reason);
    assert.include(error.message, "The service failed (503)");
    assert.include(error.message, reason);
    assert.notInclude(renderAll(error), apiKey);
  });

  it.each([undefined, null])("that returns %s gives up as it means to", async (nothing) => {
    const options = { retry: () => nothing };
    const client: Client = Reflect.apply(clientOf, undefined, [options, "on request 1: 503"]);
    const error = await failure(client.toArray(run.runId));
    assert.instanceOf(error, ServiceError);
    assert.isUndefined(error.retryProblem);
    assert.notInclude(error.message, "policy");
  });
});

describe("A wrong environment variable", () => {
  const { env } = process;
  const names = ["SCORECARD_API_KEY", "SCORECARD_BASE_URL", "SCORECARD_LOG"] as const;
  const before = new Map(names.map((name) => [name, env[name]]));
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
  });

  it.each([
    ["SCORECARD_API_KEY", "ak_secret\n", "starts or ends with white space"],
    ["SCORECARD_API_KEY", " ak_secret", "starts or ends with white space"],
    ["SCORECARD_API_KEY", "sk_secret", "keys start with ak_"],
    ["SCORECARD_BASE_URL", "scorecard.io/api", "expected an absolute http or https URL"],
    ["SCORECARD_LOG", "1", 'expected "debug" or "off"'],
    ["SCORECARD_LOG", "DEBUG", 'expected "debug" or "off"'],
  ])("is an InvalidRequest that names it: %s=%j", async (name, value, reason) => {
    env["SCORECARD_API_KEY"] = apiKey;
    env[name] = value;
    const error = await failure(createClient({ fetch: failOnFetch }).getPage("135"));
    assert.instanceOf(error, InvalidRequest);
    assert.include(error.problem, name);
    assert.include(error.problem, reason);
    assert.notInclude(renderAll(error), "secret");
  });

  it("does not matter where the caller passes the option", async () => {
    for (const name of names) env[name] = "wrong\n";
    assert.strictEqual((await clientOf({ log: "off" }).toArray(run.runId)).length, 3);
  });

  it("is not named for what the caller passes", async () => {
    for (const options of [{ apiKey: "ak_x\n" }, { baseUrl: "nowhere" }]) {
      const error = await failure(clientOf(options).getPage("135"));
      assert.instanceOf(error, InvalidRequest);
      assert.notInclude(error.problem, "SCORECARD");
    }
  });
});

describe("scoreOf", () => {
  const record = run.record(0);
  it.each([
    ["an id that is undefined", [record, undefined], "the id of a MetricConfig"],
    ["an id that is a number", [record, 5], "the id of a MetricConfig"],
    ["no typed id", [{ scores: {} }, undefined], "the id of a MetricConfig"],
    ["no record", [undefined, "a"], "a record with scores"],
    ["a record without scores", [{ id: "1" }, "a"], "a record with scores"],
    ["a result", [{ ok: true, value: record }, "a"], "a record with scores"],
  ])("says what it needs, given %s", (_, call, reason) => {
    assert.throws(
      () => Reflect.apply(scoreOf, undefined, call),
      TypeError,
      `scoreOf needs ${reason}`,
    );
  });
});
