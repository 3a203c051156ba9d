import { assert, describe, it } from "@effect/vitest";
import { RunId } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Arbitrary, Cause, Effect, Exit, Schema, Stream } from "effect";
import { ScorecardClient } from "../src/index.ts";
import { clientOn, respondWith } from "./TestClient.ts";

// CI runs a twenty-fifth of the bodies; CHAOS=1 runs them all.
const bodies = process.env["CHAOS"] === "1" ? 100_000 : 4_000;
const bodiesPerRun = 50;

const run = FakeRun.make({ records: 3 });
const pages = [true, false].map((hasMore) =>
  JSON.stringify({
    data: [0, 1, 2].map((index) => run.record(index)),
    nextCursor: hasMore ? "next" : null,
    hasMore,
    total: 3,
  }),
);
const tokens = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "\\",
  "null",
  "true",
  "1e999",
  "-",
  "\u0000",
  "\ud800",
  '"__proto__":',
  '"\\n":',
  '"nextCursor":""',
  " ".repeat(50),
  "é",
];

const Draws = Schema.Array(
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 31 - 1 })),
).check(Schema.isMinLength(bodiesPerRun * 6), Schema.isMaxLength(bodiesPerRun * 6));

/** Makes a body from six numbers: pure noise, or a page with some of its bytes changed, cut or repeated. */
const makeBody = (numbers: ReadonlyArray<number>): Uint8Array => {
  const [kind = 0, a = 0, b = 0, c = 0, d = 0, e = 0] = numbers;
  const bytes = Buffer.from(pages[d % 2] ?? "");
  const at = a % bytes.length;
  const token = Buffer.from(tokens[c % tokens.length] ?? "");
  switch (kind % 7) {
    case 0:
      return Buffer.from([a, b, c, d, e, a >> 8, b >> 8, c >> 8].map((word) => word & 0xff));
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), token, bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), token, bytes.subarray(at + (b % 40))]);
    case 4: {
      for (const place of [a, b, d]) bytes[place % bytes.length] = e & 0xff;
      return bytes;
    }
    case 5:
      return Buffer.concat([bytes, bytes.subarray(at)]);
    default:
      return Buffer.from([a, b, c, d, e].map((word) => tokens[word % tokens.length]).join(""));
  }
};

const statuses = [200, 200, 200, 200, 201, 204, 302, 400, 401, 408, 429, 500, 599];

describe("Fuzz", () => {
  let judged = 0;
  const ends = new Map<string, number>();
  it.live.prop(
    `${bodies} random and mutated bodies end in records or a typed error, never a defect`,
    { draws: Arbitrary.schema(Draws) },
    ({ draws }) =>
      Effect.gen(function* () {
        for (let index = 0; index < bodiesPerRun; index += 1) {
          const numbers = draws.slice(index * 6, index * 6 + 6);
          const status = statuses[(numbers[5] ?? 0) % statuses.length] ?? 200;
          const content = makeBody(numbers);
          const http = respondWith(
            () => new Response(status === 204 ? null : new Uint8Array(content), { status }),
          );
          const exit = yield* Effect.gen(function* () {
            const client = yield* ScorecardClient;
            const listed = yield* Effect.exit(
              Stream.runCollect(client.listRecords(RunId.make("135"))),
            );
            const results = yield* Effect.exit(
              Stream.runCollect(client.listRecordResults(RunId.make("135"))),
            );
            // listRecordResults succeeds wherever listRecords does.
            if (Exit.isSuccess(listed)) assert.isTrue(Exit.isSuccess(results));
            return listed;
          }).pipe(Effect.provide(clientOn(http, { retry: { attempts: 1 } })));
          judged += 1;
          if (Exit.isFailure(exit)) {
            assert.isFalse(Cause.hasDies(exit.cause), Cause.pretty(exit.cause));
          }
          const end = Exit.isSuccess(exit)
            ? "records"
            : String(Reflect.get(Object(Cause.squash(exit.cause)), "_tag"));
          ends.set(end, (ends.get(end) ?? 0) + 1);
        }
      }),
    { timeout: 600_000, arbitrary: { runs: bodies / bodiesPerRun } },
  );

  it("covers every kind of outcome", () => {
    assert.strictEqual(judged, bodies);
    console.log(`${judged} bodies: ${JSON.stringify(Object.fromEntries(ends))}`);
    for (const tag of [
      "records",
      "InvalidResponse",
      "PaginationError",
      "ServiceError",
      "RateLimited",
    ]) {
      assert.isAbove(ends.get(tag) ?? 0, bodies / 1000, tag);
    }
  });
});
