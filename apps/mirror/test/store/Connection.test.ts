// How the mirror connects: connection strings, TLS, poolers, sockets, and what a failure says.
import { NodeServices } from "@effect/platform-node";
import { assert, describe, layer, test } from "@effect/vitest";
import { Cause, ConfigProvider, Context, Effect, Exit, Layer, Redacted, Result } from "effect";
import { SqlClient } from "effect/sql";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ConnectionString from "../../src/store/ConnectionString.ts";
import * as Database from "../../src/store/Database.ts";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";

const parsed = (text: string) =>
  Object.fromEntries(Result.getOrElse(ConnectionString.parse(text), () => new Map()));

const oddPasswords = [
  "p@ss",
  "a:b:c",
  "left/right",
  "100%",
  "%zz-%41",
  "what?is=it",
  "hash#tag",
  "with space",
  `quo'te"d`,
  "back\\slash\\",
  "=equals=",
  "a,b",
  "[::1]",
  "ünïcödé🙂",
];

describe("A connection string", () => {
  test("holds any password, percent-encoded in a URL and quoted in pairs", () => {
    for (const password of oddPasswords) {
      const found = { user: "me", password, host: "db.test", port: "6543", dbname: "mirror" };
      const url = `postgresql://me:${encodeURIComponent(password)}@db.test:6543/mirror`;
      assert.deepStrictEqual(parsed(url), found);
      const quoted = `'${password.replaceAll(/['\\]/g, (mark) => `\\${mark}`)}'`;
      assert.deepStrictEqual(
        parsed(`host=db.test port = 6543 user=me password=${quoted} dbname='mirror'`),
        found,
      );
    }
  });

  test("takes what libpq takes: sockets, IPv6, parameters, an @ that is not encoded", () => {
    assert.deepStrictEqual(parsed("postgres:///mirror?host=/run/postgresql&port=5433"), {
      dbname: "mirror",
      host: "/run/postgresql",
      port: "5433",
    });
    assert.deepStrictEqual(parsed("postgres://%2Frun%2Fpostgresql/m"), {
      host: "/run/postgresql",
      dbname: "m",
    });
    assert.deepStrictEqual(parsed("postgres://[2001:db8::1]:5433/m"), {
      host: "2001:db8::1",
      port: "5433",
      dbname: "m",
    });
    assert.deepStrictEqual(
      parsed("postgres://u:a@b@h/m?sslmode=require&user=me@tenant&password=1+1"),
      {
        user: "me@tenant",
        password: "1+1",
        host: "h",
        dbname: "m",
        sslmode: "require",
      },
    );
    assert.deepStrictEqual(parsed("host=h password=a\\'b\\ c dbname=''"), {
      host: "h",
      password: "a'b c",
    });
  });

  test("is refused without a word of the password, if that is not encoded", () => {
    for (const password of [
      "left/right",
      "100%zz",
      "vault?kzq=jxw",
      "vault?kzqjxw",
      "hash#tag",
      "12/34:56",
      "a'b c'd",
    ]) {
      for (const text of [
        `postgres://me:${password}@db.test/mirror`,
        `host=db.test password=${password} 'dbname=mirror`,
        `mysql://me:${password}@db.test/mirror`,
        password,
      ]) {
        const result = ConnectionString.parse(text);
        if (Result.isSuccess(result)) continue;
        for (const part of password.split(/[/%?=#:' ]/).filter(({ length }) => length > 1)) {
          assert.notInclude(result.failure, part, text);
        }
      }
      if (!password.includes("'")) {
        assert.isTrue(
          Result.isFailure(ConnectionString.parse(`postgres://me:${password}@db.test/m`)),
          password,
        );
      }
    }
  });
});

class Postgres extends Context.Service<
  Postgres,
  { readonly url: Redacted.Redacted; readonly sockets: string }
>()("test/Postgres") {
  static readonly layer = Layer.effect(
    Postgres,
    Effect.gen(function* () {
      const sockets = mkdtempSync(join(tmpdir(), "mirror-socket-"));
      // Its Postgres may run as another user.
      chmodSync(sockets, 0o777);
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(sockets, { recursive: true })));
      const { url } = yield* EmbeddedPostgres.startWith({ unix_socket_directories: sockets });
      return { url, sockets };
    }),
  ).pipe(Layer.provide(NodeServices.layer));
}
const Sql = Layer.unwrap(Effect.map(Postgres, ({ url }) => Database.layer(url)));

/** Connects with an environment: whether the session is encrypted, or the message of the failure. */
const attempt = (
  text: string,
  env: { readonly [name: string]: string } = {},
  options: Database.Options = {},
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient;
    const [row] = yield* sql<{ readonly ssl: boolean }>`
      SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`;
    return row?.ssl === true ? "encrypted" : "plain";
  }).pipe(
    Effect.provide(Database.layer(Redacted.make(text), options), { local: true }),
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
    Effect.exit,
    Effect.map((exit) => {
      if (Exit.isSuccess(exit)) return exit.value;
      const error: unknown = Cause.squash(exit.cause);
      const message = error instanceof Error ? error.message : String(error);
      assert.notInclude(message, "hunter2");
      return message;
    }),
  );

/** The URL of the server, with other parts. */
const urlWith = (
  parts: { readonly [part in "hostname" | "username" | "password" | "port"]?: string } = {},
  query = "",
) =>
  Effect.map(
    Postgres,
    ({ url }) => `${Object.assign(new URL(Redacted.value(url)), parts).href}${query}`,
  );

const data = (name: string) => join(import.meta.dirname, "../data/tls", name);
const authority = data("authority.crt");

/** Lets the server write a file into its data folder, readable by the server alone. */
const writeToServer = Effect.fnUntraced(function* (name: string, text: string) {
  const sql = yield* SqlClient.SqlClient;
  const lines = sql.literal(
    text
      .trim()
      .split("\n")
      .map((line) => `('${line.replaceAll("'", "''")}')`)
      .join(", "),
  );
  yield* sql`COPY (VALUES ${lines}) TO PROGRAM ${sql.literal(`'umask 077 && cat > ${name}'`)}`;
});

const enableTls = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* writeToServer("server.crt", readFileSync(data("server.crt"), "utf8"));
  yield* writeToServer("server.key", readFileSync(data("server.key"), "utf8"));
  yield* sql`ALTER SYSTEM SET ssl = on`;
  yield* sql`SELECT pg_reload_conf()`;
});

const server = /^The database of DATABASE_URL cannot be used: /;

/** A pooler in front of the server, which changes the parameters with which a session starts. */
const pooler = (port: number, answer: "drops" | "refuses") =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const sockets = new Set<Socket>();
      const proxy = createServer((client) => {
        const upstream = connect(port, "127.0.0.1");
        for (const socket of [client, upstream]) sockets.add(socket.on("error", () => {}));
        client.once("data", (first) => {
          const startup = Buffer.from(first);
          // PgBouncer without TLS answers N.
          if (startup.length === 8) {
            client.write("N");
            client.once("data", begin);
          } else begin(startup);
        });
        const begin = (first: Buffer | string) => {
          const startup = Buffer.from(first);
          if (answer === "refuses") {
            const fields = Buffer.from(
              "SFATAL\0C08P01\0Munsupported startup parameter: search_path\0\0",
            );
            const head = Buffer.alloc(5);
            head.write("E");
            head.writeInt32BE(fields.length + 4, 1);
            client.end(Buffer.concat([head, fields]));
            return;
          }
          const words = startup.subarray(8).toString("latin1").split("\0");
          const kept = words.flatMap((word, index) =>
            index % 2 === 0 && ["user", "database"].includes(word)
              ? [word, words[index + 1] ?? ""]
              : [],
          );
          const body = Buffer.from(`${kept.join("\0")}\0\0`, "latin1");
          const head = Buffer.alloc(8);
          head.writeInt32BE(body.length + 8);
          startup.copy(head, 4, 4, 8);
          upstream.write(Buffer.concat([head, body]));
          client.pipe(upstream);
          upstream.pipe(client);
        };
      });
      proxy.listen(0, "127.0.0.1", () => {
        const address = proxy.address();
        resume(
          Effect.succeed({
            port: typeof address === "object" ? (address?.port ?? 0) : 0,
            close: () => {
              for (const socket of sockets) socket.destroy();
              proxy.close();
            },
          }),
        );
      });
    }),
    ({ close }) => Effect.sync(close),
  );

layer(Layer.provideMerge(Sql, Postgres.layer), { timeout: 60_000, excludeTestServices: true })(
  "A connection",
  (it) => {
    it.effect("is plain where the server has no TLS, unless the mode demands it", () =>
      Effect.gen(function* () {
        for (const mode of ["", "?sslmode=disable", "?sslmode=allow", "?sslmode=prefer"]) {
          assert.strictEqual(yield* attempt(yield* urlWith({}, mode)), "plain", mode);
        }
        for (const mode of ["require", "verify-ca", "verify-full"]) {
          assert.match(
            yield* attempt(yield* urlWith({}, `?sslmode=${mode}`)),
            /The server does not support TLS$/,
          );
        }
        assert.strictEqual(
          yield* attempt(yield* urlWith(), { PGSSLMODE: "requires" }),
          "The database of DATABASE_URL cannot be used: sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full",
        );
      }),
    );

    it.effect("goes through a socket in any sslmode, and by pairs and variables", () =>
      Effect.gen(function* () {
        const { url, sockets } = yield* Postgres;
        const { password, port } = new URL(Redacted.value(url));
        assert.strictEqual(
          yield* attempt(
            `postgres://scorecard:${password}@/mirror?host=${sockets}&port=${port}&sslmode=verify-full`,
          ),
          "plain",
        );
        assert.strictEqual(
          yield* attempt(`host='${sockets}' dbname=mirror`, {
            PGUSER: "scorecard",
            PGPASSWORD: password,
            PGPORT: port,
          }),
          "plain",
        );
      }),
    );

    it.effect("says what it cannot do, and what went wrong, without the password", () =>
      Effect.gen(function* () {
        const several = yield* attempt("postgres://me:hunter2@one,two:5433/mirror");
        assert.match(
          several,
          /It names several hosts, and the mirror connects to one: name the primary/,
        );
        for (const [query, says] of [
          [
            "?target_session_attrs=standby",
            /target_session_attrs is supported only with any, read-write, primary$/,
          ],
          ["?channel_binding=require", /channel_binding is supported only with disable, prefer$/],
          ["?sslnegotiation=direct", /sslnegotiation is supported only with postgres$/],
          ["?ssl=true", /use sslmode=require, verify-ca or verify-full$/],
          [
            "?sslmode=verify-ca&sslrootcert=/none.crt",
            /sslrootcert: the file \/none.crt cannot be read$/,
          ],
          ["?connect_timeout=soon", /connect_timeout must be a whole number/],
        ] as const) {
          assert.match(yield* attempt(yield* urlWith({}, query)), says);
        }
        assert.match(
          yield* attempt(yield* urlWith({ password: "hunter2-was-changed" })),
          /password authentication failed.* Was the password changed\?/,
        );
        assert.match(
          yield* attempt("postgres://me:hunter2@127.0.0.1:1/x"),
          /ECONNREFUSED.*Is it running\?/,
        );
        assert.match(yield* attempt("postgres://me:hunter2@no-such-host.invalid/x"), server);
        assert.match(yield* attempt("postgres://me:hunter2@/x?host=/none"), /no such socket/);
      }),
    );

    it.effect("names a pooler that drops or refuses the settings of a session", () =>
      Effect.gen(function* () {
        const { url } = yield* Postgres;
        const port = Number(new URL(Redacted.value(url)).port);
        const dropping = yield* pooler(port, "drops");
        assert.match(
          yield* attempt(yield* urlWith({ port: String(dropping.port) })),
          /as PgBouncer does.* connect to Postgres directly.* These settings did not arrive: search_path, .*idle_in_transaction_session_timeout$/,
        );
        const refusing = yield* pooler(port, "refuses");
        assert.match(
          yield* attempt(yield* urlWith({ port: String(refusing.port) })),
          /as PgBouncer does.* connect to Postgres directly.* It says: unsupported startup parameter: search_path$/,
        );
      }),
    );

    it.effect("needs a primary, unless it only reads", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient;
        yield* sql`CREATE ROLE reader LOGIN PASSWORD 'reader'`;
        yield* sql`ALTER ROLE reader SET default_transaction_read_only = on`;
        yield* sql`GRANT USAGE ON SCHEMA mirror TO reader`;
        yield* sql`GRANT SELECT ON ALL TABLES IN SCHEMA mirror TO reader`;
        const url = yield* urlWith({ username: "reader", password: "reader" });
        assert.match(
          yield* attempt(url),
          /It is read-only, as a standby is: connect to the primary$/,
        );
        assert.strictEqual(yield* attempt(url, {}, { allowReadOnly: true }), "plain");
      }),
    );

    it.effect("is encrypted and checked as each sslmode says", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient;
        yield* enableTls;
        const by = (
          query: string,
          env: { readonly [name: string]: string } = {},
          hostname = "localhost",
        ) => Effect.flatMap(urlWith({ hostname }, query), (url) => attempt(url, env));
        // The server's processes take the new settings with the next connections.
        for (
          let tries = 0;
          tries < 50 && (yield* by("?sslmode=require")) !== "encrypted";
          tries += 1
        ) {
          yield* Effect.sleep("100 millis");
        }
        const root = `&sslrootcert=${authority}`;
        for (const [query, expected] of [
          ["?sslmode=disable", "plain"],
          ["?sslmode=allow", "plain"],
          ["?sslmode=prefer", "encrypted"],
          ["", "encrypted"],
          ["?sslmode=require", "encrypted"],
          [`?sslmode=verify-ca${root}`, "encrypted"],
          [`?sslmode=verify-full${root}`, "encrypted"],
        ] as const) {
          assert.strictEqual(yield* by(query), expected, query);
        }
        assert.strictEqual(
          yield* by("", { PGSSLMODE: "verify-full", PGSSLROOTCERT: authority }),
          "encrypted",
        );
        // The name is checked by verify-full alone, and the chain by no mode below verify-ca.
        assert.strictEqual(yield* by(`?sslmode=verify-ca${root}`, {}, "127.0.0.1"), "encrypted");
        assert.match(
          yield* by(`?sslmode=verify-full${root}`, {}, "127.0.0.1"),
          /does not match certificate's altnames.*verify-full needs a certificate for this host name/,
        );
        assert.match(
          yield* by("?sslmode=verify-ca"),
          /certificate.*sslrootcert: a file with the certificate/,
        );
        // As in libpq, `require` with a root certificate checks the chain: the server's own is no authority.
        assert.match(
          yield* by(`?sslmode=require&sslrootcert=${data("server.crt")}`),
          /certificate/,
        );

        // A server that refuses one way, by its pg_hba.conf.
        yield* sql`CREATE ROLE tls_only LOGIN PASSWORD 'tls' SUPERUSER`;
        yield* writeToServer(
          "pg_hba.conf",
          "hostnossl all tls_only all reject\nhost all all all scram-sha-256\nlocal all all scram-sha-256",
        );
        yield* sql`SELECT pg_reload_conf()`;
        const tlsOnly = { username: "tls_only", password: "tls" };
        const plain = yield* urlWith(tlsOnly, "?sslmode=disable");
        let refusal = yield* attempt(plain);
        for (let tries = 0; tries < 50 && refusal === "plain"; tries += 1) {
          yield* Effect.sleep("100 millis");
          refusal = yield* attempt(plain);
        }
        assert.match(refusal, /pg_hba.conf rejects connection.*see the server's pg_hba.conf$/);
        assert.strictEqual(yield* attempt(yield* urlWith(tlsOnly, "?sslmode=allow")), "encrypted");
      }),
    );
  },
);
