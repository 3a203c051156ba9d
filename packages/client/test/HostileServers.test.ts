import { assert, describe, it } from "@effect/vitest";
import { RunId } from "@scorecard-effect/contract";
import { FakeScorecard, Faults } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, type Layer, Redacted, Stream } from "effect";
import type { HttpClient } from "effect/http";
import { type ListRecordsError, ScorecardClient } from "../src/index.ts";
import { type ClientOptions, createClient } from "../src/promise.ts";
import { type HostileServer, hostileServers, record, settings } from "./HostileServers.ts";
import { clientOn } from "./TestClient.ts";
import { promiseTransports, transports } from "./Transports.ts";

const secret = "ak_do_not_tell_anyone";

interface Outcome {
  readonly ids: ReadonlyArray<string>;
  readonly error: unknown;
}

type List = (baseUrl: string, server: HostileServer) => Effect.Effect<Outcome>;

const listWithEffect =
  (http: Layer.Layer<HttpClient.HttpClient>): List =>
  (baseUrl, { pageSize, verifyTotal, timeout = settings.timeout }) => {
    const ids: Array<string> = [];
    return Effect.flatMap(ScorecardClient, ({ listRecords }) =>
      listRecords(RunId.make("135"), { pageSize, verifyTotal }).pipe(
        Stream.runForEach(({ id }) => Effect.sync(() => void ids.push(id))),
        Effect.match({
          onFailure: (error: ListRecordsError) => ({ ids, error }),
          onSuccess: () => ({ ids, error: undefined }),
        }),
      ),
    ).pipe(
      Effect.provide(
        clientOn(http, { ...settings, apiKey: Redacted.make(secret), baseUrl, timeout }),
      ),
    );
  };

const listWithPromises =
  (transport: ClientOptions): List =>
  (baseUrl, { pageSize, verifyTotal, timeout = settings.timeout }) =>
    Effect.promise(async () => {
      const options = { ...settings, ...transport, apiKey: secret, baseUrl, timeout };
      await using client = createClient(options);
      const ids: Array<string> = [];
      try {
        for await (const { id } of client.listRecords("135", { pageSize, verifyTotal }))
          ids.push(id);
        return { ids, error: undefined };
      } catch (error) {
        return { ids, error };
      }
    });

const clients = {
  ...Object.fromEntries(
    Object.entries(transports).map(([name, http]) => [`Effect, ${name}`, listWithEffect(http)]),
  ),
  ...Object.fromEntries(
    Object.entries(promiseTransports).map(([name, transport]) => [
      `promise, ${name}`,
      listWithPromises(transport),
    ]),
  ),
};

describe("The table of hostile servers", () => {
  it("is long, and has no name twice", () => {
    assert.isAtLeast(hostileServers.length, 80);
    assert.strictEqual(new Set(hostileServers.map(({ name }) => name)).size, hostileServers.length);
  });
});

for (const [client, list] of Object.entries(clients)) {
  describe(`A listing (${client}) from a server with`, () => {
    it.live.each(hostileServers)("$name", (server) =>
      Effect.gen(function* () {
        const { baseUrl, requests } = yield* FakeScorecard;
        const started = Date.now();
        const { ids, error } = yield* list(baseUrl, server);
        assert.isAtMost(Date.now() - started, server.maxMillis ?? 5000, "milliseconds");
        assert.deepStrictEqual(
          {
            error: error === undefined ? undefined : Reflect.get(Object(error), "_tag"),
            records: ids.length,
            requests: (yield* requests).length,
          },
          { error: server.error?.tag, records: server.records, requests: server.requests },
          String(error),
        );
        assert.deepStrictEqual(
          ids,
          Array.from(ids, (_, index) => record(index).id),
        );
        const { tag: _, ...fields } = server.error ?? { tag: "" };
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
          FakeScorecardNode.layer({ runs: [], faults: Faults.from(1, ...server.script) }),
        ),
      ),
    );
  });
}
