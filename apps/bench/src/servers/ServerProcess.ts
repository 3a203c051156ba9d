/** Servers run in processes of their own, so that contenders are measured without them. */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";

/** What a server reports to its parent once it listens. */
interface Ready {
  readonly origin: string;
  /** The paths that it serves, where there are few. */
  readonly paths: ReadonlyArray<string>;
}

/** A server that is running. */
interface RunningServer extends Ready {
  readonly stop: () => void;
}

/** Starts a server, and waits until it listens; fails if it exits first. */
const start = async (program: URL, ...args: ReadonlyArray<string>): Promise<RunningServer> => {
  const server = fork(program, args);
  const [message] = await Promise.race([
    once(server, "message"),
    once(server, "exit").then(() => {
      throw new Error(`A server exited before it listened: ${program.pathname}`);
    }),
  ]);
  const ready: Ready = message;
  return { ...ready, stop: () => server.kill() };
};

/** Starts the server that most contenders read from. */
export const startPageServer = () => start(new URL("PageServer.ts", import.meta.url));

/** Starts the fake, or a bare server that sends the same pages. */
export const startFakeServer = (kind: "fake" | "bare") =>
  start(new URL("FakeServer.ts", import.meta.url), kind);

/** In the server's process: ends the process when its parent ends, even if the parent is killed. */
export const endWithParent = (): void => {
  process.on("disconnect", () => process.exit());
};

/** In the server's process: listens on a free port, and returns the origin. */
export const listen = async (server: Server): Promise<string> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
};

/** In the server's process: reports to the parent that it listens. */
export const report = (ready: Ready): void => {
  process.send?.(ready);
};
