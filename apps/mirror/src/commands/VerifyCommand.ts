/** `mirror verify`: compares a run with what the service lists now. */
import { printable, RunId } from "@scorecard-effect/contract";
import { Console, Effect, Layer, Option, Runtime, Schema } from "effect";
import * as RateLimitedClient from "../fleet/RateLimitedClient.ts";
import { verify } from "../run/Verification.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import { CommandError } from "./CommandError.ts";
import * as Connection from "./Connection.ts";
import * as ExitCode from "./ExitCode.ts";
import type * as Parameters from "./Parameters.ts";
import * as ShortList from "./ShortList.ts";
import { advise } from "./RunAdvice.ts";

/** The tables differ from what the service lists. Its exit code tells that apart from a comparison that failed. */
class RunDiffers extends Schema.TaggedError<RunDiffers>()("RunDiffers", {
  message: Schema.String,
}) {
  override readonly [Runtime.errorExitCode] = ExitCode.notWhole;
}

const verifyRun = Effect.fnUntraced(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const progress = yield* store.progress(runId);
  const advice = advise(runId, progress);
  if (progress === undefined) return yield* new CommandError({ message: advice });
  const { records, quarantined, differences } = yield* verify(runId);
  const aside = quarantined === 0 ? "" : ` ${quarantined} of them are in quarantine.`;
  yield* ShortList.print(
    differences.map(({ recordId, kind }) => `${kind.padEnd(9)}  ${printable(recordId)}`),
  );
  if (differences.length > 0) {
    return yield* new RunDiffers({
      message: `${differences.length} records differ; the service lists ${records}.${aside} ${advice}`,
    });
  }
  return yield* Console.log(
    `Run ${printable(runId)}: all ${records} records are as the service lists them.${aside}`,
  );
});

export const verifyMirrored = Effect.fn("mirror.verify")(function* ({
  run,
  limit,
}: Parameters.Values<typeof Parameters.verify>) {
  yield* Effect.provide(
    verifyRun(RunId.make(run)),
    Layer.provideMerge(
      RateLimitedClient.layer(Option.getOrUndefined(limit)),
      Connection.sourceStore,
    ),
  );
});
