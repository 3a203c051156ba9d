/** The users of the rules of the wire, each called in the same way with whatever a table says. */
import { NodeFileSystem } from "@effect/platform-node";
import { assert } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { createClient } from "@scorecard-effect/client/promise";
import { ContractLaws, Recording } from "@scorecard-effect/fixtures";
import { Clock, Duration, Effect, Layer, Redacted } from "effect";
import { FetchHttpClient } from "effect/http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a user of the rules is asked to read. Anything may be wrong with it. */
export interface Asked {
  readonly apiKey?: unknown;
  readonly baseUrl?: unknown;
  readonly runId?: unknown;
  readonly pageSize?: unknown;
}

/** A `fetch` that notes URLs, and answers with the same response each time. */
export const stub = (respond: () => Response | Promise<Response>) => {
  const urls: Array<string> = [];
  const fetch = (input: string | URL | Request): Promise<Response> => {
    urls.push(input instanceof Request ? input.url : String(input));
    return Promise.resolve().then(respond);
  };
  return { urls, fetch };
};
export const emptyPage = () =>
  Response.json({ data: [], nextCursor: null, hasMore: false, total: 0 });

/** A clock on which every wait below half a minute ends at once, and time limits never come. It notes the waits. */
export const impatient = (waits: Array<number> = []) =>
  Effect.clockWith((system) => Effect.succeed(system)).pipe(
    Effect.map((system): Clock.Clock => ({
      currentTimeMillisUnsafe: () => system.currentTimeMillisUnsafe(),
      currentTimeMillis: system.currentTimeMillis,
      currentTimeNanosUnsafe: () => system.currentTimeNanosUnsafe(),
      currentTimeNanos: system.currentTimeNanos,
      monotonicTimeNanosUnsafe: () => system.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: system.monotonicTimeNanos,
      sleep: (duration) => {
        const millis = Duration.toMillis(duration);
        if (millis >= 30_000) return Effect.never;
        waits.push(millis);
        return Effect.yieldNow;
      },
    })),
    Effect.runSync,
  );

export const defaults = {
  apiKey: "ak_any-key",
  baseUrl: "http://x.test/api",
  runId: "135",
  pageSize: 100,
};

/** Reads as it is asked. Gives what it read as text, or fails with what it prints. */
export type User = (
  asked: Asked,
  fetch: (input: string | URL | Request) => Promise<Response>,
  /** Takes the waits. */
  waits?: Array<number>,
) => Promise<string>;

// Callers without types pass anything.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const any = (value: unknown): never => value as never;

const effectClient: User = (asked, fetch, waits) => {
  const { apiKey, baseUrl, runId, pageSize } = { ...defaults, ...asked };
  return Effect.flatMap(ScorecardClient, ({ getPage }) =>
    getPage(any(runId), { pageSize: any(pageSize) }),
  ).pipe(
    Effect.map((page) => JSON.stringify(page.records)),
    Effect.provide(
      ScorecardClient.layer({
        apiKey: Redacted.make(any(apiKey)),
        baseUrl: any(baseUrl),
        retry: waits === undefined ? false : { attempts: 2 },
      }).pipe(Layer.provide(FetchHttpClient.layer)),
    ),
    Effect.provideService(FetchHttpClient.Fetch, any(fetch)),
    Effect.provideService(Clock.Clock, impatient(waits)),
    Effect.runPromise,
  );
};

export const promiseClient: User = async (asked, fetch) => {
  const { apiKey, baseUrl, runId, pageSize } = { ...defaults, ...asked };
  const options = { apiKey: any(apiKey), baseUrl: any(baseUrl), retry: false as const };
  const client = createClient({ ...options, fetch: any(fetch) });
  return JSON.stringify((await client.getPage(any(runId), { pageSize: any(pageSize) })).records);
};

export const recording: User = (asked, fetch, waits) => {
  const { apiKey, baseUrl, runId, pageSize } = { ...defaults, ...asked };
  const folder = mkdtempSync(join(tmpdir(), "one-rule-"));
  const file = join(folder, "run.jsonl");
  return Recording.record({
    file,
    apiKey: Redacted.make(any(apiKey)),
    baseUrl: any(baseUrl),
    runId: any(runId),
    pageSize: any(pageSize),
  }).pipe(
    Effect.provide([NodeFileSystem.layer, FetchHttpClient.layer]),
    Effect.provideService(FetchHttpClient.Fetch, any(fetch)),
    Effect.provideService(Clock.Clock, impatient(waits)),
    Effect.andThen(Effect.sync(() => readFileSync(file, "utf8"))),
    Effect.ensuring(Effect.sync(() => rmSync(folder, { recursive: true }))),
    Effect.runPromise,
  );
};

const laws: User = async (asked, fetch, waits) => {
  const { apiKey, baseUrl, runId } = { ...defaults, ...asked };
  const report = await ContractLaws.check(
    { apiKey: Redacted.make(any(apiKey)), baseUrl: any(baseUrl), runId: any(runId) },
    { maxPages: 2, maxRecords: 1 },
  ).pipe(
    Effect.provide(FetchHttpClient.layer),
    Effect.provideService(FetchHttpClient.Fetch, any(fetch)),
    Effect.provideService(Clock.Clock, impatient(waits)),
    Effect.runPromise,
  );
  return JSON.stringify(report);
};

export const users: ReadonlyArray<readonly [string, User]> = [
  ["the Effect client", effectClient],
  ["the promise client", promiseClient],
  ["a recording", recording],
  ["the laws", laws],
];
export const readers = users.slice(0, 3);

/** What a user prints for a failure. */
export const printed = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => assert.fail(`succeeded: ${String(value)}`),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

/** The URL of the first request that a user sends, without its query; or why it refuses before it sends any. */
export const outcome = async (user: User, asked: Asked): Promise<string> => {
  const { urls, fetch } = stub(emptyPage);
  const problem = await user(asked, fetch).then(() => "", String);
  return urls[0]?.split("?")[0] ?? problem;
};

export const assertOutcome = (actual: string, expected: string | RegExp): void => {
  if (expected instanceof RegExp) assert.match(actual, expected);
  else assert.strictEqual(actual, expected);
};

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const assertSafe = (text: string): void => {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const isFormat =
      code === 0xad ||
      code === 0xfeff ||
      (code >= 0x200b && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202e) ||
      (code >= 0x2060 && code <= 0x206f);
    assert.isFalse(isControl || isFormat, `U+${code.toString(16)} in ${JSON.stringify(text)}`);
  }
};
