// A registry of packages on the loopback interface, empty of ours: what is published there is there alone. All others come
// from the registry that npm is configured for.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { Server } from "node:http";
import { join } from "node:path";
import { runServer } from "verdaccio";

/** Starts it on a free port, with its files in a folder: its URL. It ends with the process. */
export const startRegistry = async (folder: string): Promise<string> => {
  const everybody = { access: "$all", publish: "$all", unpublish: "$all" };
  const server: unknown = await runServer({
    configPath: join(folder, "verdaccio.yaml"),
    self_path: folder,
    storage: join(folder, "storage"),
    uplinks: {
      configured: {
        url: execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim(),
      },
    },
    packages: {
      "@scorecard-effect/*": everybody,
      "**": { ...everybody, publish: "$authenticated", proxy: "configured" },
    },
    log: { type: "stdout", format: "pretty", level: "fatal" },
  });
  if (!(server instanceof Server)) throw new Error("verdaccio gave no server");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("verdaccio has no port");
  return `http://127.0.0.1:${address.port}/`;
};
