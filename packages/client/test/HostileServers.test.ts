import { assert, describe, it } from "@effect/vitest";
import { NodeHttpClient } from "@effect/platform-node";
import { Agent } from "@effect/platform-node/Undici";
import { RunId } from "@scorecard-effect/contract";
import { FakeScorecard, Faults } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, Layer, Redacted, Stream } from "effect";
import { FetchHttpClient, type HttpClient as Http } from "effect/http";
import { type ListRecordsError, ScorecardClient } from "../src/index.ts";
import { createClient } from "../src/promise.ts";
import * as UndiciTransport from "../src/undici.ts";
import { type Hostile, hostileServers, record, settings } from "./HostileServers.ts";

const secret = "ak_do_not_tell_anyone";

interface Outcome {
  readonly ids: ReadonlyArray<string>;
  readonly error: unknown;
}

const throughEffect = (http: Layer.Layer<Http.HttpClient>) => (baseUrl: string, hostile: Hostile) =>
  Effect.gen(function* () {
    const client = yield* ScorecardClient;
    const ids: Array<string> = [];
    const { pageSize, verifyTotal } = hostile;
    const error = yield* client.listRecords(RunId.make("135"), { pageSize, verifyTotal }).pipe(
      Stream.runForEach(({ id }) => Effect.sync(() => void ids.push(id))),
      Effect.match({
        onFailure: (failure): ListRecordsError | undefined => failure,
        onSuccess: () => undefined,
      }),
    );
    return { ids, error } satisfies Outcome;
  }).pipe(
    Effect.provide(
      ScorecardClient.layer({
        ...settings,
        apiKey: Redacted.make(secret),
        baseUrl,
        timeout: hostile.timeout ?? settings.timeout,
      }).pipe(Layer.provide(http)),
    ),
  );

const throughPromise = (
  baseUrl: string,
  { pageSize, verifyTotal, timeout = settings.timeout }: Hostile,
) =>
  Effect.promise(async (): Promise<Outcome> => {
    await using client = createClient({ ...settings, apiKey: secret, baseUrl, timeout });
    const ids: Array<string> = [];
    try {
      for await (const { id } of client.listRecords("135", { pageSize, verifyTotal })) ids.push(id);
      return { ids, error: undefined };
    } catch (error) {
      return { ids, error };
    }
  });

const ways = {
  "Effect, own undici transport": throughEffect(UndiciTransport.layer(() => new Agent())),
  "Effect, undici": throughEffect(NodeHttpClient.layerUndici),
  "Effect, fetch": throughEffect(FetchHttpClient.layer),
  "Effect, node:http": throughEffect(NodeHttpClient.layerNodeHttp),
  promise: throughPromise,
};

describe("The table of hostile servers", () => {
  it("is long, and names no server twice", () => {
    assert.isAtLeast(hostileServers.length, 80);
    assert.strictEqual(new Set(hostileServers.map(({ name }) => name)).size, hostileServers.length);
  });
});

for (const [way, list] of Object.entries(ways)) {
  describe(`A listing (${way}) from a server with`, () => {
    it.live.each(hostileServers)("$name", (hostile) =>
      Effect.gen(function* () {
        const { baseUrl, requests } = yield* FakeScorecard;
        const started = Date.now();
        const { ids, error } = yield* list(baseUrl, hostile);
        assert.isAtMost(Date.now() - started, hostile.within ?? 5000, "milliseconds");
        assert.deepStrictEqual(
          {
            error: error === undefined ? undefined : Reflect.get(Object(error), "_tag"),
            records: ids.length,
            requests: (yield* requests).length,
          },
          { error: hostile.error?.tag, records: hostile.records, requests: hostile.requests },
          String(error),
        );
        assert.deepStrictEqual(
          ids,
          Array.from(ids, (_, index) => record(index).id),
        );
        const { tag: _, ...fields } = hostile.error ?? { tag: "" };
        for (const [field, value] of Object.entries(fields)) {
          assert.deepStrictEqual<unknown>(Reflect.get(Object(error), field), value, field);
        }
        if (error !== undefined) {
          assert.instanceOf(error, Error);
          assert.notMatch(String(error), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          assert.notInclude(JSON.stringify(error), secret);
        }
      }).pipe(
        Effect.provide(
          FakeScorecardNode.layer({ runs: [], faults: Faults.from(1, ...hostile.steps) }),
        ),
      ),
    );
  });
}
