/**
 * A cursor is followed if a request can send it and the listing has not followed it before. The tables say which
 * cursors each user requests and how its listing ends; the verdicts are written by hand.
 */
import { assert, describe, it } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { createClient } from "@scorecard-effect/client/promise";
import { RunId } from "@scorecard-effect/contract";
import { ContractLaws } from "@scorecard-effect/fixtures";
import { Effect, Layer, Redacted, Stream } from "effect";
import { FetchHttpClient } from "effect/http";
import { any, defaults, recording } from "../setup/RuleUsers.ts";

type Fetch = (input: string | URL | Request) => Promise<Response>;
/** Lists a whole run: undefined at its end, or else why the listing stopped. */
type Lister = (fetch: Fetch) => Promise<string | undefined>;

const message = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const listers: ReadonlyArray<readonly [string, Lister]> = [
  [
    "the Effect client",
    (fetch) =>
      ScorecardClient.pipe(
        Effect.flatMap(({ listPages }) => Stream.runDrain(listPages(RunId.make("135")))),
        Effect.match({ onFailure: message, onSuccess: () => undefined }),
        Effect.provide(
          ScorecardClient.layer({
            apiKey: Redacted.make(defaults.apiKey),
            baseUrl: defaults.baseUrl,
            retry: false,
          }).pipe(Layer.provide(FetchHttpClient.layer)),
        ),
        Effect.provideService(FetchHttpClient.Fetch, any(fetch)),
        Effect.runPromise,
      ),
  ],
  [
    "the promise client",
    async (fetch) => {
      const { apiKey, baseUrl, runId } = defaults;
      const client = createClient({ apiKey, baseUrl, retry: false, fetch: any(fetch) });
      return client.toArray(runId).then(() => undefined, message);
    },
  ],
  ["a recording", (fetch) => recording({}, fetch).then(() => undefined, message)],
  [
    "the laws",
    async (fetch) => {
      const law = ContractLaws.laws.find(({ name }) => name === "more-means-cursor");
      const ends = ContractLaws.laws.find(({ name }) => name === "listing-ends");
      const { baseUrl, runId } = defaults;
      const server = { baseUrl, runId, apiKey: Redacted.make(defaults.apiKey) };
      return Effect.forEach(
        [law, ends],
        (own) => own?.check(server, { pageSizes: [1] }) ?? Effect.void,
      ).pipe(
        Effect.match({ onFailure: message, onSuccess: () => undefined }),
        Effect.provide(FetchHttpClient.layer),
        Effect.provideService(FetchHttpClient.Fetch, any(fetch)),
        Effect.runPromise,
      );
    },
  ],
];

/** Serves a page with one record for each cursor: `next[0]` follows the first page, `next[1]` the second, and so on. */
const script = (next: ReadonlyArray<unknown>) => {
  const requested: Array<string | null> = [];
  const fetch: Fetch = (input) => {
    const cursor = new URL(input instanceof Request ? input.url : String(input)).searchParams.get(
      "cursor",
    );
    requested.push(cursor);
    // A page that was served before is served again, so that the laws may list a run twice.
    const at = cursor === null ? 0 : next.indexOf(cursor) + 1;
    const hasMore = at < next.length;
    const id = `r${at}`;
    const record = { id, runId: "135", inputs: {}, expected: {}, outputs: {}, scores: [] };
    const nextCursor = hasMore ? JSON.stringify(next[at]) : "null";
    const text = `{"data":[${JSON.stringify(record)}],"nextCursor":${nextCursor},"hasMore":${hasMore}}`;
    return Promise.resolve(new Response(text, { headers: { "content-type": "application/json" } }));
  };
  return { requested, fetch };
};

describe.each(listers)("A cursor, for %s", (name, list) => {
  it.each<readonly [string, ReadonlyArray<string>]>([
    ["plain", ["a", "b"]],
    ["of characters with a meaning in URLs", ["a+b &c=d#e?f/g%41", "%2e%2e", ".."]],
    ["that differ in case or spaces only", ["a", "A", " a", "a ", " "]],
    ["beyond ASCII, in two normal forms", ["\u00e9", "e\u0301", "\u{1f600}"]],
    ["with controls", ["\u0000", "\r\n", "\u001b[2J"]],
    ["that look like other values", ["null", "undefined", "0", "false"]],
    ["of 2,000 characters", ["x".repeat(2000), "y".repeat(2000)]],
  ])("is followed: %s", async (_, cursors) => {
    const { requested, fetch } = script(cursors);
    assert.isUndefined(await list(fetch));
    // The laws read the run several times.
    assert.deepStrictEqual(requested.slice(0, cursors.length + 1), [null, ...cursors]);
    assert.deepStrictEqual(new Set(requested), new Set([null, ...cursors]));
  });

  it.each<readonly [string, unknown]>([
    ["null", null],
    ["empty", ""],
    ["a lone high surrogate", "\ud800"],
    ["a lone low surrogate", "a\udc00b"],
    ["a number", 7],
    ["a list", ["a"]],
  ])("cannot be followed: %s", async (_, cursor) => {
    const { requested, fetch } = script(["a", cursor]);
    const stopped = await list(fetch);
    assert.isString(stopped);
    assert.match(stopped ?? "", /nextCursor/);
    assert.deepStrictEqual(requested.slice(0, 2), [null, "a"]);
    assert.deepStrictEqual(new Set(requested), new Set([null, "a"]));
  });

  it.each<readonly [string, ReadonlyArray<string>, ReadonlyArray<string>]>([
    ["at once", ["a", "a"], ["a"]],
    ["later", ["a", "b", "c", "a"], ["a", "b", "c"]],
    ["in a circle without the first", ["a", "b", "b"], ["a", "b"]],
  ])("was followed before: %s", async (_, cursors, followed) => {
    const { requested, fetch } = script(cursors);
    const stopped = await list(fetch);
    assert.match(stopped ?? "", /was followed before|a cursor that occurred before/);
    if (name === "the laws") {
      assert.deepStrictEqual(new Set(requested), new Set([null, ...followed]));
    } else {
      assert.deepStrictEqual(requested, [null, ...followed]);
    }
  });
});
