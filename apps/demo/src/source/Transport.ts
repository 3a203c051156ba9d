import { Agent } from "@effect/platform-node/Undici";
import * as UndiciTransport from "@scorecard-effect/client/undici";

/** The connections to an API, real or fake. */
export const transport = UndiciTransport.layer(() => new Agent());
