/** Explains the errors of a listing to the user: what happened, and what to do about it. */
import type { ListRecordsError } from "@scorecard-effect/client";
import { Match } from "effect";
import type { Explanation } from "./ExploreProtocol.ts";
import type { StoreError } from "./store/RecordStore.ts";

const resume = "Resume continues with the page that failed: no record is lost or repeated.";

/** Explains an error. `redact` removes the API key from its message. */
export const explain = (
  error: ListRecordsError | StoreError,
  redact: (text: string) => string,
): Explanation => ({ ...words(error), message: redact(error.message) });

const words: (error: ListRecordsError | StoreError) => Omit<Explanation, "message"> =
  Match.typeTags<ListRecordsError | StoreError>()({
    StoreError: () => ({
      title: "The records cannot be kept",
      advice: `Make room for temporary files. ${resume}`,
    }),
    Unauthenticated: () => ({
      title: "The service does not accept the API key",
      advice: "Check SCORECARD_API_KEY, then start explore again.",
    }),
    RequestRejected: ({ status, apiError }) =>
      (status === 404 && apiError === undefined ? elsewhere : rejections[status]) ?? {
        title: `The service rejected the request (${status})`,
        advice: resume,
      },
    RateLimited: () => ({
      title: "The service limits requests",
      advice: `Wait a little. ${resume}`,
    }),
    ServiceError: ({ status }) => ({
      title: `The service failed (${status})`,
      advice: `Such failures are often transient. ${resume}`,
    }),
    TransportError: () => ({
      title: "The service could not be reached",
      advice: `Check the network and the base URL. ${resume}`,
    }),
    RequestTimeout: () => ({
      title: "The service took too long",
      advice: `It may be busy. ${resume}`,
    }),
    InvalidResponse: () => ({
      title: "The response is not a page of records",
      advice: `It may come from a proxy, or the API has changed: the details say what is wrong. ${resume}`,
    }),
    RecordMismatch: () => ({
      title: "A record does not fit the description of the run",
      advice: "Correct the description, then start explore again.",
    }),
    PaginationError: () => ({
      title: "The pages are inconsistent",
      advice: `The run may have changed while it was read. ${resume}`,
    }),
    InvalidRequest: () => ({
      title: "The request is invalid",
      advice: "Correct what the details say, then start explore again.",
    }),
  });

/** A 404 that is no error of the API. */
const elsewhere: Omit<Explanation, "message"> = {
  title: "There is no such run, or the base URL is wrong",
  advice:
    "Check the base URL, which usually ends with /api/v2, and the run's id. Then start explore again.",
};

const rejections: { readonly [status: number]: Omit<Explanation, "message"> } = {
  403: {
    title: "The API key may not read this run",
    advice: "Use a key of the run's project, then start explore again.",
  },
  404: {
    title: "There is no such run",
    advice: "Check the run's id, and whether the key belongs to its project.",
  },
};
