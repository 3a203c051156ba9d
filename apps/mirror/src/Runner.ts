/** A runner: takes its share of the runs, for as long as it lives. */
import { Agent } from "@effect/platform-node/Undici";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { Layer } from "effect";
import * as Fleet from "./Fleet.ts";
import * as MirrorRun from "./MirrorRun.ts";
import { MirrorStore } from "./MirrorStore.ts";

/** The service that `SCORECARD_API_KEY` and `SCORECARD_BASE_URL` name. */
export const scorecard = ScorecardClient.layerConfig().pipe(
  Layer.provide(UndiciTransport.layer(() => new Agent())),
);

/** A runner at an address. */
export const layer = (address: Fleet.Address) =>
  MirrorRun.layer.pipe(
    Layer.provideMerge(Fleet.runner(address)),
    Layer.provideMerge(MirrorStore.layer),
  );
