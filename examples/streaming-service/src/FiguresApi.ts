/** The endpoints of the service, and its errors. */
import { RunId } from "@scorecard-effect/contract";
import { Schema } from "effect";
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api";
import { RunFigures } from "./RunFigures.ts";

/** Scorecard has no such run. */
export class RunNotFound extends Schema.TaggedError<RunNotFound>()(
  "RunNotFound",
  { runId: RunId },
  { httpApiStatus: 404 },
) {}

/** Scorecard cannot be read at the moment. */
export class TryLater extends Schema.TaggedError<TryLater>()(
  "TryLater",
  {
    runId: RunId,
    /** How long Scorecard asks to wait, if it says so. */
    seconds: Schema.optionalKey(Schema.Finite),
  },
  { httpApiStatus: 503 },
) {}

/** Scorecard's responses are invalid, or it rejects our requests; the log has the details. */
export class Unreadable extends Schema.TaggedError<Unreadable>()(
  "Unreadable",
  { runId: RunId },
  { httpApiStatus: 502 },
) {}

export type FiguresError = RunNotFound | TryLater | Unreadable;

const errors = [RunNotFound, TryLater, Unreadable] as const;
const params = { runId: RunId };

class FiguresGroup extends HttpApiGroup.make("figures").add(
  /** The figures of the whole run, after its last page. */
  HttpApiEndpoint.get("whole", "/runs/:runId/figures", {
    params,
    success: RunFigures,
    error: errors,
  }),
  /** The figures so far, after each page: server-sent events. */
  HttpApiEndpoint.get("live", "/runs/:runId/figures/live", {
    params,
    success: HttpApiSchema.StreamSse({ data: RunFigures, error: Schema.Union(errors) }),
  }),
) {}

export class FiguresApi extends HttpApi.make("figures").add(FiguresGroup) {}
