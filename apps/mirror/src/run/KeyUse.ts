/** Whether the service has ever accepted this runner's API key. */
import { Context, Layer } from "effect";

/** What this process knows about its key. A key that never worked is wrong; one that did may be rotated now. */
export class KeyUse extends Context.Service<KeyUse, { hasWorked: boolean }>()(
  "@scorecard-effect/mirror/run/KeyUse",
) {
  static readonly layer = Layer.sync(KeyUse, () => ({ hasWorked: false }));
}
