/** A runner: executes its share of the fleet's workflows for as long as the process lives. */
import { Cron, Layer } from "effect";
import { Capacity, type CapacityOptions } from "../run/Capacity.ts";
import * as MirrorRun from "../run/MirrorRun.ts";
import * as Refresh from "../run/Refresh.ts";
import { defaultRefresh } from "../run/RefreshSchedule.ts";
import * as Policy from "../run/Policy.ts";
import * as Watchdog from "../run/Watchdog.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import type { Address } from "./Address.ts";
import * as ClockSkew from "./ClockSkew.ts";
import * as Fleet from "./Fleet.ts";
import * as Retention from "./Retention.ts";

/** Where a runner listens, how much it takes on, and when it starts complete runs again. */
export interface Options
  extends Address, CapacityOptions, Policy.PolicyOptions, Watchdog.WatchdogOptions {
  /** Default: {@link defaultRefresh}. */
  readonly refresh?: Cron.Cron;
}

/** A runner. */
export const layer = ({ refresh = Cron.parseUnsafe(defaultRefresh), ...options }: Options) =>
  Layer.mergeAll(
    MirrorRun.layer(options),
    Refresh.layer(refresh),
    Watchdog.layer(options),
    Retention.layer,
    ClockSkew.layer,
  ).pipe(
    Layer.provide([Capacity.layer(options), Layer.succeed(Policy.Policy, Policy.make(options))]),
    Layer.provideMerge(Fleet.layerRunner(options)),
    Layer.provideMerge(MirrorStore.layer),
  );
