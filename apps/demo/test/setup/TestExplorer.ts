/** An explorer for tests: a fake API, a session that reads it, and the server of the page. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem";
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient";
import { ScorecardClient } from "@scorecard-effect/client";
import { RunId } from "@scorecard-effect/contract";
import { type FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, Layer, type Scope } from "effect";
import * as FaultSwitch from "../../src/explore/FaultSwitch.ts";
import * as Notes from "../../src/explore/Notes.ts";
import * as PageDocument from "../../src/explore/PageDocument.ts";
import * as Server from "../../src/explore/Server.ts";
import * as Session from "../../src/explore/Session.ts";
import type { Meta } from "../../src/explore/ExploreProtocol.ts";

/** How an explorer is started. */
export interface Options {
  readonly runs: ReadonlyArray<FakeRun.FakeRun>;
  /** The ids of runs that are read too, and that the fake API does not have. Default none. */
  readonly missing?: ReadonlyArray<string>;
  /** The faults of the fake API from the first request on. */
  readonly faults?: string | undefined;
  readonly redact?: (text: string) => string;
  /** The source that the page names. */
  readonly source?: string;
  /** A file for notes. */
  readonly notes?: string | undefined;
}

/** An explorer under test. */
export interface Explorer {
  readonly url: string;
  readonly session: Session.Session;
  readonly fake: FakeScorecard["Service"];
  readonly meta: Meta;
  readonly assets: PageDocument.Assets;
}

// Built once for all tests of a file.
const assets = Effect.runSync(Effect.cached(PageDocument.build));

/** Starts an explorer. It runs until the scope closes. */
export const start = Effect.fnUntraced(function* ({
  runs,
  missing = [],
  faults,
  redact = (text) => text,
  source = "fake API, a run for tests",
  notes: notesFile,
}: Options): Effect.fn.Return<Explorer, unknown, Scope.Scope> {
  const built = yield* assets;
  const context = yield* Layer.build(
    ScorecardClient.layerAt(FakeScorecard, { retry: { baseDelay: "5 millis" } }).pipe(
      Layer.provideMerge(FakeScorecardNode.layer({ runs, faults })),
      Layer.provide(NodeHttpClient.layerUndici),
    ),
  );
  return yield* Effect.gen(function* () {
    const fake = yield* FakeScorecard;
    const client = yield* ScorecardClient;
    const faultSwitch = yield* FaultSwitch.make;
    const runIds = [...runs.map(({ runId }) => runId), ...missing.map((id) => RunId.make(id))];
    const session = yield* Session.make({
      client,
      runs: runIds,
      redact,
      fault: faultSwitch.current,
    });
    const notes = notesFile === undefined ? undefined : yield* Notes.open(notesFile, runIds);
    const meta: Meta = {
      mode: "live",
      source,
      runs: runIds,
      reduction: "mean",
      faults: faultSwitch.choices,
      savedAt: null,
      ...(notes === undefined ? {} : { notes: { isWritable: true, all: [] } }),
    };
    const url = yield* Server.serve({
      session,
      assets: built,
      meta,
      port: 0,
      faults: faultSwitch,
      notes,
    });
    return { url, session, fake, meta, assets: built };
  }).pipe(Effect.provide(NodeFileSystem.layer), Effect.provide(context));
});
