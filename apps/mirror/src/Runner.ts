/** A runner: takes its share of the runs, for as long as it lives. */
import { Agent } from "@effect/platform-node/Undici";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { type Cron, Layer } from "effect";
import * as Fleet from "./Fleet.ts";
import * as FleetLimit from "./FleetLimit.ts";
import * as MirrorRun from "./MirrorRun.ts";
import { MirrorStore } from "./MirrorStore.ts";
import * as Refresh from "./Refresh.ts";

/**
 * The service that `SCORECARD_API_KEY` and `SCORECARD_BASE_URL` name, asked no more often by the whole fleet than a limit
 * allows, or than its 429s teach.
 */
export const scorecard = (limit?: FleetLimit.Limit) =>
  // An attempt waits for its turn among those of the fleet, too.
  ScorecardClient.layerConfig({ timeout: "5 minutes" }).pipe(
    Layer.provide(FleetLimit.layer(limit)),
    Layer.provide(UndiciTransport.layer(() => new Agent())),
  );

/** A runner at an address, which mirrors again by the clock what may have changed. */
export const layer = (address: Fleet.Address, refresh: Cron.Cron) =>
  Layer.merge(MirrorRun.layer, Refresh.layer(refresh)).pipe(
    Layer.provideMerge(Fleet.runner(address)),
    Layer.provideMerge(MirrorStore.layer),
  );
