/** The Scorecard client of a runner or a command: its requests share the fleet's rate limit. */
import { Agent } from "@effect/platform-node/Undici";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { Effect, Layer } from "effect";
import { maxBodyBytesOf } from "../run/PageMemory.ts";
import * as FleetLimit from "./FleetLimit.ts";

/**
 * The client for the API that `SCORECARD_API_KEY` and `SCORECARD_BASE_URL` name. Without a limit, it learns one from
 * 429s. Where the memory of the process is limited, so are the bodies that it reads.
 */
export const layer = (limit?: FleetLimit.Limit, memoryBytes?: number) =>
  Layer.unwrap(
    Effect.map(FleetLimit.gate(limit), (rateLimit) =>
      ScorecardClient.layerConfig({ rateLimit, maxBodyBytes: maxBodyBytesOf(memoryBytes) }),
    ),
  ).pipe(Layer.provide(UndiciTransport.layer(() => new Agent())));
