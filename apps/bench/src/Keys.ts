/** Pages with an escaped key, which `JSON.parse` cannot be trusted with on every engine. */
import type { Bench } from "./Bench.ts";
import { byPage } from "./Ways.ts";

export const bench: Bench = {
  name: "keys",
  module: import.meta.url,
  what: "read 20,000 records, of which about one in a hundred has keys that readers trip over",
  units: { count: 20_000, name: "record" },
  rounds: 7,
  quick: { count: 2_000, rounds: 2 },
  contenders: [
    byPage(
      "bare fetch loop, which may lose keys",
      async (server) => (await import("./ways/BareFetch.ts")).open(server),
      "odd",
    ),
    byPage(
      "Effect client, undici, arrays",
      async (server) => (await import("./ways/EffectClient.ts")).pages(server, "undici"),
      "odd",
    ),
  ],
};
