import { assert, describe, it } from "@effect/vitest";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect, Stream } from "effect";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:net";
import * as CellBatch from "../../src/explore/CellBatch.ts";
import { start } from "../setup/TestExplorer.ts";

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>;
  readonly body: string;
}

/** Sends a request with exactly these headers, including those that a browser would not send. */
const send = (
  url: string,
  {
    method = "GET",
    headers = {},
    body: sentBody = "",
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
) =>
  Effect.callback<Response>((resume) => {
    const { hostname, port, origin } = new URL(url);
    const path = url.slice(origin.length);
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () =>
        resume(
          Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, body }),
        ),
      );
    });
    sent.end(sentBody);
  });

describe("The explorer's server", () => {
  const explorer = start({ runs: [FakeRun.make({ records: 150 })] });

  it.live("refuses requests without the token", () =>
    Effect.gen(function* () {
      const { url } = yield* explorer;
      const { origin, pathname } = new URL(url);
      const token = pathname.slice(1, -1);
      assert.match(token, /^[\w-]{32}$/);
      const wrong = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
      for (const path of [
        "/",
        "/events",
        `/${wrong}/`,
        `/${wrong}/events`,
        `/${token.slice(0, -1)}/events`,
        `/x/${token}/events`,
        `/?token=${token}`,
        `//${token}/events`,
        `/%2e%2e/${token}/`,
      ]) {
        const { status, body } = yield* send(`${origin}${path}`);
        assert.strictEqual(status, 403, path);
        assert.notInclude(body, token);
      }
      assert.strictEqual((yield* send(url)).status, 200);
      assert.notStrictEqual((yield* explorer).url, url);
    }).pipe(Effect.scoped),
  );

  it.live("takes notes from its page alone, as JSON and within bounds", () =>
    Effect.gen(function* () {
      const folder = mkdtempSync(join(tmpdir(), "notes-"));
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true })));
      const file = join(folder, "notes.jsonl");
      const { url } = yield* start({ runs: [FakeRun.make({ records: 1 })], notes: file });
      const { origin, host } = new URL(url);
      const json = { host, origin, "content-type": "application/json" };
      const note = JSON.stringify({ run: 0, recordId: "100000", thumb: "up", text: "</script>" });
      const cases: ReadonlyArray<readonly [number, Record<string, string>, string]> = [
        [403, { host, "content-type": "application/json" }, note],
        [403, { ...json, origin: "https://evil.example" }, note],
        [415, { host, origin, "content-type": "text/plain" }, note],
        [400, json, "not json"],
        [400, json, "{}"],
        [400, json, note.replace("up", "sideways")],
        [400, json, note.replace("100000", "1".repeat(20_000))],
        [413, json, `"${"x".repeat(300 * 1024)}"`],
      ];
      for (const [status, headers, body] of cases) {
        const response = yield* send(`${url}notes`, { method: "POST", headers, body });
        assert.strictEqual(response.status, status, body.slice(0, 100));
      }
      assert.strictEqual((yield* send(`${url}notes`)).body, "[]");
      assert.throws(() => readFileSync(file), /ENOENT/);
      assert.strictEqual(
        (yield* send(`${url}notes`, { method: "POST", headers: json, body: note })).status,
        200,
      );
      assert.strictEqual((yield* send(`${url}notes`)).body, `[${note}]`);
      // A saved report contains them, and can only show them.
      const report = (yield* send(`${url}report.html`)).body;
      assert.include(report, '"notes":{"isWritable":false,"all":[{"run":0,"recordId":"100000"');
      assert.notInclude(report, '"text":"</script>');
    }).pipe(Effect.scoped),
  );

  it.live("refuses other host names and other origins", () =>
    Effect.gen(function* () {
      const { url, session } = yield* explorer;
      const { origin, host, port } = new URL(url);
      const cases: ReadonlyArray<readonly [number, string, string, Record<string, string>]> = [
        [200, "GET", "", { host }],
        [200, "GET", "", { host: `localhost:${port}` }],
        [403, "GET", "", { host: "127.0.0.1" }],
        [403, "GET", "", { host: "127.0.0.1:1" }],
        [403, "GET", "", { host: "rebound.example" }],
        [403, "GET", "", { host: `rebound.example:${port}` }],
        [403, "GET", "", { host: `127.0.0.1.rebound.example:${port}` }],
        [403, "GET", "events", { host, origin: "https://evil.example" }],
        [403, "GET", "events", { host, origin: "null" }],
        [403, "GET", "records/0/0", { host, origin: `http://127.0.0.1:1` }],
        [
          403,
          "GET",
          "records/0/0",
          { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" },
        ],
        [
          403,
          "GET",
          "records/0/0",
          { host, "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" },
        ],
        [200, "GET", "", { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
        [200, "GET", "records/0/0", { host, origin, "sec-fetch-site": "same-origin" }],
        [403, "POST", "fault/500", { host }],
        [403, "POST", "fault/500", { host, origin: "https://evil.example" }],
        [403, "POST", "restart", { host }],
        [403, "OPTIONS", "restart", { host, origin: "https://evil.example" }],
        [404, "POST", "fault/unknown", { host, origin }],
        [404, "POST", "fault/constructor", { host, origin }],
        [409, "POST", "resume/0", { host, origin }],
        [409, "POST", "resume/7", { host, origin }],
        [403, "POST", "notes", { host }],
        [403, "POST", "notes", { host, origin: "https://evil.example" }],
        [404, "POST", "notes", { host, origin }],
        [404, "GET", "records/0/150", { host }],
        [404, "GET", "records/0/-1", { host }],
        [404, "GET", "records/9/0", { host }],
        [404, "GET", "records/0/constructor", { host }],
        [404, "GET", "../../etc/passwd", { host }],
        [404, "GET", "page.css", { host }],
      ];
      yield* session.complete;
      for (const [expected, method, path, headers] of cases) {
        const response = yield* send(`${url}${path}`, { method, headers });
        assert.strictEqual(
          response.status,
          expected,
          `${method} ${path} ${JSON.stringify(headers)}`,
        );
        assert.strictEqual(response.headers["x-content-type-options"], "nosniff");
        assert.strictEqual(response.headers["access-control-allow-origin"], undefined);
        assert.strictEqual(response.headers["cache-control"], "no-store");
        assert.strictEqual(response.headers["set-cookie"], undefined);
      }
      assert.strictEqual(session.state().fault, "none");
    }).pipe(Effect.scoped),
  );

  it.live("listens on the loopback interface alone", () =>
    Effect.gen(function* () {
      const { url } = yield* explorer;
      const { hostname, port } = new URL(url);
      assert.strictEqual(hostname, "127.0.0.1");
      const others = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .filter(({ internal, family }) => !internal && family === "IPv4");
      for (const { address } of others) {
        const code = yield* Effect.callback<string>((resume) => {
          const socket = connect(Number(port), address);
          socket.on("connect", () => resume(Effect.succeed("connected")));
          socket.on("error", (error: NodeJS.ErrnoException) =>
            resume(Effect.succeed(error.code ?? "")),
          );
        });
        assert.strictEqual(code, "ECONNREFUSED");
      }
    }).pipe(Effect.scoped),
  );

  it.live("allows only its own script, and no site to frame it", () =>
    Effect.gen(function* () {
      const { url } = yield* explorer;
      const { headers, body } = yield* send(url);
      const policy = String(headers["content-security-policy"]);
      for (const rule of [
        "default-src 'none'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]) {
        assert.include(policy, rule);
      }
      assert.notInclude(policy, "unsafe");
      assert.notMatch(body, /https?:\/\/(?!www\.w3\.org\/|\$\{)/);
    }).pipe(Effect.scoped),
  );
});

const textOf = (chunks: ReadonlyArray<Uint8Array>) => Buffer.concat(chunks).toString();
const batchesIn = (text: string) =>
  Array.from(text.matchAll(/^event: rows\ndata: (.+)$/gm), ([, data = ""]) =>
    CellBatch.fromBytes(Uint8Array.from(Buffer.from(data, "base64"))),
  );
const idsOf = (text: string) => Array.from(text.matchAll(/^id: (.+)$/gm), ([, id]) => id);

describe("A session", () => {
  it.live("sends every listener each batch once, whenever it connects or reconnects", () =>
    Effect.gen(function* () {
      const { session } = yield* start({ runs: [FakeRun.make({ records: 450 })] });
      const untilDone = (after?: string) =>
        session.events(after).pipe(
          Stream.takeUntil((chunk) => Buffer.from(chunk).includes('"phase":"done"')),
          Stream.runCollect,
          Effect.map(textOf),
        );
      const early = yield* untilDone();
      const ids = idsOf(early);
      assert.deepStrictEqual(
        ids,
        session.batches().map((_, batch) => `0.${batch + 1}`),
      );
      assert.isAtLeast(ids.length, 2);
      const late = yield* untilDone();
      assert.deepStrictEqual(idsOf(late), ids);
      assert.deepStrictEqual(idsOf(yield* untilDone("0.1")), ids.slice(1));
      assert.deepStrictEqual(idsOf(yield* untilDone(ids.at(-1))), []);
      assert.deepStrictEqual(idsOf(yield* untilDone("0.999")), []);
      const indexes = batchesIn(early).flatMap(({ start: first, records }) =>
        Array.from({ length: records }, (_, offset) => first + offset),
      );
      assert.deepStrictEqual(
        indexes,
        Array.from({ length: 450 }, (_, index) => index),
      );
      const rows: ReadonlyArray<{ readonly id: string } | null> = JSON.parse(
        session.rows({ run: 0, indexes: [...indexes, 450] }),
      );
      assert.strictEqual(new Set(rows.map((row) => row?.id)).size, 451);
      assert.isNull(rows[450]);
    }).pipe(Effect.scoped),
  );

  // The clock stands still, so that no time passes while records are gathered.
  it.effect("sends the first page at once, and gathers later ones into few batches", () =>
    Effect.gen(function* () {
      const { session } = yield* start({
        runs: [FakeRun.make({ records: 3000 }), FakeRun.make({ records: 250, runId: "136" })],
      });
      yield* session.complete;
      const sizes = session
        .batches()
        .map(({ run, start: first, records }) => [run, first, records]);
      const ofRun = (run: number) => sizes.filter(([own]) => own === run);
      assert.deepStrictEqual(ofRun(0)[0], [0, 0, 100]);
      assert.deepStrictEqual(ofRun(1)[0], [1, 0, 100]);
      // 33 pages: the first of each run, what came before the other run's first, and what came after.
      assert.isAtMost(sizes.length, 6);
      assert.strictEqual(
        ofRun(0).reduce((sum, [, , records = 0]) => sum + records, 0),
        3000,
      );
    }).pipe(Effect.scoped),
  );

  it.live("reports an error, and resumes without a gap or a duplicate", () =>
    Effect.gen(function* () {
      const { session, fake } = yield* start({
        runs: [FakeRun.make({ records: 450 })],
        faults: "from request 3: 500",
      });
      const error = yield* Effect.flip(session.complete);
      assert.strictEqual(error._tag, "ServiceError");
      const [failed] = session.state().runs;
      assert.strictEqual(failed?.phase, "failed");
      assert.strictEqual(failed?.records, 200);
      assert.strictEqual(failed?.problem?.title, "The service failed (500)");
      yield* fake.inject("");
      assert.isTrue(yield* session.resume(0));
      yield* Stream.runDrain(
        session
          .events(undefined)
          .pipe(Stream.takeUntil((chunk) => Buffer.from(chunk).includes('"phase":"done"'))),
      );
      const ids = Array.from({ length: 450 }, (_, index) => session.record(0, index)?.slice(0, 14));
      assert.strictEqual(new Set(ids).size, 450);
      assert.strictEqual(ids[449], '{"id":"100449"');
      assert.isFalse(yield* session.resume(0));
    }).pipe(Effect.scoped),
  );

  it.live("reads five runs at once, each with its progress and its error", () =>
    Effect.gen(function* () {
      const whole = Array.from({ length: 4 }, (_, run) =>
        FakeRun.make({ runId: String(run + 1), records: 120 + run, answerSeed: run }),
      );
      const { session } = yield* start({
        runs: whole,
        // One that the service does not have.
        missing: ["404"],
      });
      const error = yield* Effect.flip(session.complete);
      assert.strictEqual(error._tag, "RequestRejected");
      yield* Stream.runDrain(
        session
          .events(undefined)
          .pipe(
            Stream.takeUntil(() => session.state().runs.every(({ phase }) => phase !== "reading")),
          ),
      );
      const { runs } = session.state();
      assert.deepStrictEqual(
        runs.map(({ runId, phase, records, total }) => [runId, phase, records, total]),
        [
          ["1", "done", 120, 120],
          ["2", "done", 121, 121],
          ["3", "done", 122, 122],
          ["4", "done", 123, 123],
          ["404", "failed", 0, null],
        ],
      );
      assert.isNotNull(runs[4]?.problem);
      assert.deepStrictEqual(
        runs.map((_, run) => session.store.records(run)),
        [120, 121, 122, 123, 0],
      );
      // A failed run is resumed alone.
      assert.isFalse(yield* session.resume(1));
      assert.isTrue(yield* session.resume(4));
    }).pipe(Effect.scoped),
  );

  it.live("restarts, and notifies its listeners", () =>
    Effect.gen(function* () {
      const { session } = yield* start({ runs: [FakeRun.make({ records: 150 })] });
      yield* session.complete;
      yield* session.restart;
      yield* session.complete;
      const reconnected = yield* session.events("0.2").pipe(
        // The fourth event is a state. Later changes must not send another restart.
        Stream.tap((chunk) =>
          Buffer.from(chunk).includes("event: state") ? session.announce : Effect.void,
        ),
        Stream.take(5),
        Stream.runCollect,
        Effect.map(textOf),
      );
      assert.deepStrictEqual(
        Array.from(reconnected.matchAll(/^event: (.+)$/gm), ([, name]) => name),
        ["restart", "rows", "rows", "state", "state"],
      );
      assert.deepStrictEqual(idsOf(reconnected), ["1.1", "1.2"]);
      const fresh = yield* session
        .events(undefined)
        .pipe(Stream.take(3), Stream.runCollect, Effect.map(textOf));
      assert.notInclude(fresh, "restart");
      assert.deepStrictEqual(idsOf(fresh), ["1.1", "1.2"]);
    }).pipe(Effect.scoped),
  );

  it.live("never sends the key, wherever a record echoes it", () =>
    Effect.gen(function* () {
      const key = "ak_do_not_tell_anyone";
      const record = FakeRun.make({ records: 1 }).record(0);
      const [run] = FakeRun.fromRecords([
        {
          ...record,
          inputs: { echo: `${"x".repeat(190)}${key}`, [key]: 1 },
          outputs: { echo: `${key} ${"y".repeat(4000)}` },
        },
      ]);
      if (run === undefined) return;
      const { session } = yield* start({
        runs: [run],
        redact: (text) => text.replaceAll(key, "<redacted>"),
      });
      yield* session.complete;
      const sent = yield* session
        .events(undefined)
        .pipe(Stream.take(2), Stream.runCollect, Effect.map(textOf));
      const [batch] = batchesIn(sent);
      const stored = session.store.bytes(0, { from: 0, to: 1 }).toString();
      const whole = [
        JSON.stringify(batch),
        session.record(0, 0),
        session.rows({ run: 0, indexes: [0] }),
        JSON.stringify(session.fields()),
        stored,
      ].join("\n");
      assert.include(whole, "<redacted>");
      assert.notInclude(whole, "ak_do_not");
      const [found] = yield* session.store.search({ terms: ["ak_do_not"], patterns: [] }, [0]);
      assert.deepStrictEqual(found, { from: 0, to: 1, bits: Uint8Array.of(0) });
    }).pipe(Effect.scoped),
  );
});
