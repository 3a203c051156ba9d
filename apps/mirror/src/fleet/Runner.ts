/** A runner: takes its share of the runs, for as long as it lives. */
import { Agent } from "@effect/platform-node/Undici";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { Cron, Effect, Layer } from "effect";
import type { Address } from "./Address.ts";
import { Capacity, type CapacityOptions } from "../run/Capacity.ts";
import * as ClockSkew from "./ClockSkew.ts";
import * as Fleet from "./Fleet.ts";
import * as FleetLimit from "./FleetLimit.ts";
import * as MirrorRun from "../run/MirrorRun.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import * as Refresh from "../run/Refresh.ts";

/**
 * The service that `SCORECARD_API_KEY` and `SCORECARD_BASE_URL` name, asked no more often by the whole fleet than a limit
 * allows, or than its 429s teach.
 */
export const scorecard = (limit?: FleetLimit.Limit) =>
  Layer.unwrap(
    Effect.map(FleetLimit.gate(limit), (rateLimit) => ScorecardClient.layerConfig({ rateLimit })),
  ).pipe(Layer.provide(UndiciTransport.layer(() => new Agent())));

/** A runner: where it listens, how much it takes on, and when it mirrors again what may have changed. */
export interface Options extends Address, CapacityOptions {
  /** Default every five minutes. */
  readonly refresh?: Cron.Cron;
}

/** Takes part in the work of a fleet. */
export const layer = ({ refresh = Cron.parseUnsafe("*/5 * * * *"), ...options }: Options) =>
  Layer.mergeAll(MirrorRun.layer, Refresh.layer(refresh), ClockSkew.layer).pipe(
    Layer.provide(Capacity.layer(options)),
    Layer.provideMerge(Fleet.runner(options)),
    Layer.provideMerge(MirrorStore.layer),
  );
