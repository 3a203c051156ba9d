/**
 * A listRecords request: its URL, and the check of each part before it is sent. A check takes any value, as callers
 * without types pass them; its reason never quotes the value.
 */
import * as Predicate from "effect/Predicate";
import * as Result from "effect/Result";
import type { Cursor, RunId } from "../Id.ts";
import { maxLimit, maxTags } from "../ApiDefaults.ts";

/**
 * Checks a base URL: absolute, http or https, without credentials, query or fragment. Returns it without a trailing
 * slash.
 */
export const baseUrl = (input: unknown): Result.Result<string, string> => {
  // A URL of another realm (a test runner's, a vm's) is no instance of this one's class.
  const text = Predicate.hasProperty(input, "href") ? input.href : input;
  const url = typeof text === "string" ? URL.parse(text) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return Result.fail("The base URL is malformed: expected an absolute http or https URL");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return Result.fail(
      "The base URL is malformed: it must not have credentials, a query or a fragment",
    );
  }
  return Result.succeed(`${url.origin}${url.pathname.replace(/\/+$/, "")}`);
};

/**
 * Checks a run id. "." and ".." cannot be sent, not even percent-encoded: URL parsers resolve them as path segments
 * (URL Standard, "double-dot path segment").
 */
export const runId = (id: unknown): Result.Result<RunId, string> => {
  if (typeof id !== "string") return Result.fail("The run id is not a string");
  if (id === "") return Result.fail("The run id is empty");
  if (id === "." || id === "..") return Result.fail("A run id of dots alone cannot be sent");
  return id.isWellFormed()
    ? // Any such text is a run id; the brand's own constructor would load Effect's Schema.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      Result.succeed(id as RunId)
    : Result.fail("The run id is not well-formed Unicode");
};

/** Checks a cursor. */
export const cursor = (value: unknown): Result.Result<Cursor, string> => {
  if (typeof value !== "string") return Result.fail("The cursor is not a string");
  if (value === "") return Result.fail("The cursor is empty: omit it to start at the first page");
  return value.isWellFormed()
    ? // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      Result.succeed(value as Cursor)
    : Result.fail("The cursor is not well-formed Unicode");
};

/** Whether a request can send a value as its cursor. */
export const isCursor = (value: unknown): value is Cursor => Result.isSuccess(cursor(value));

/** Checks a page size: a whole number from 1 to {@link maxLimit}. */
export const pageSize = (size: unknown): Result.Result<number, string> =>
  typeof size === "number" && Number.isInteger(size) && size >= 1 && size <= maxLimit
    ? Result.succeed(size)
    : Result.fail(
        `The page size must be a whole number from 1 to ${maxLimit}${typeof size === "number" ? `, not ${size}` : ""}`,
      );

/**
 * Checks the tags to filter by: at most {@link maxTags} texts, none of them empty. Returns a copy, so that a later change
 * of the caller's array does not change the filter of the next page.
 */
export const tags = (values: unknown): Result.Result<ReadonlyArray<string>, string> => {
  if (!Array.isArray(values)) {
    return Result.fail('The tags are not an array of strings, such as ["urgent", "regression"]');
  }
  if (values.length > maxTags) {
    return Result.fail(`There must be at most ${maxTags} tags, not ${values.length}`);
  }
  const checked: Array<string> = [];
  for (const [index, tag] of values.entries()) {
    const problem =
      typeof tag !== "string"
        ? "is not a string"
        : tag === ""
          ? "is empty"
          : tag.isWellFormed()
            ? undefined
            : "is not well-formed Unicode";
    if (problem !== undefined) return Result.fail(`Tag ${index + 1} ${problem}`);
    checked.push(tag);
  }
  return Result.succeed(checked);
};

/** The parts of a request's URL. */
export interface UrlParts {
  /** As {@link baseUrl} returns it; empty for a path alone. */
  readonly baseUrl: string;
  readonly runId: string;
  /** Left out: the service's default. */
  readonly limit?: string | number | undefined;
  /** Left out: the first page. */
  readonly cursor?: string | undefined;
  /** Each becomes a parameter of its own. Left out or empty: all records. */
  readonly tags?: ReadonlyArray<string> | undefined;
}

/**
 * The URL of a request. Run id, cursor and tags are opaque: `encode` percent-encodes them as URL components, so that
 * "a/b", "1+1", "a,b" and "?" arrive unchanged.
 */
export const url = (
  parts: UrlParts,
  encode: (text: string) => string = encodeURIComponent,
): string => {
  const query = [
    ...(parts.limit === undefined ? [] : [`limit=${encodeURIComponent(parts.limit)}`]),
    ...(parts.cursor === undefined ? [] : [`cursor=${encode(parts.cursor)}`]),
    ...(parts.tags ?? []).map((tag) => `tags=${encode(tag)}`),
  ].join("&");
  return `${parts.baseUrl}/runs/${encode(parts.runId)}/records${query === "" ? "" : `?${query}`}`;
};
