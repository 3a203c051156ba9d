/**
 * What is refused before anything is sent, each check with its reason in words. The reasons never
 * quote the API key.
 */
import { maxLimit } from "@scorecard-effect/contract";
import { Duration, Option, Redacted, Result } from "effect";

/**
 * An API key: `ak_` and then printable ASCII without spaces, as a bearer credential has to be
 * (published API, `ApiKeyAuth`; RFC 6750, section 2.1).
 */
export const apiKey = (key: Redacted.Redacted): Result.Result<Redacted.Redacted, string> =>
  /^ak_[\x21-\x7e]+$/.test(Redacted.value(key))
    ? Result.succeed(key)
    : Result.fail("The API key is malformed: keys start with ak_ and have no spaces");

/** An absolute http(s) URL without credentials, query or fragment. Comes out without a trailing slash. */
export const baseUrl = (input: string | URL): Result.Result<string, string> => {
  const url = URL.parse(input);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return Result.fail("The base URL is malformed: expected an absolute http or https URL");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return Result.fail(
      "The base URL is malformed: credentials, a query or a fragment have no place in it",
    );
  }
  return Result.succeed(`${url.origin}${url.pathname.replace(/\/+$/, "")}`);
};

/**
 * A run id that can stand in a URL's path as itself. "." and ".." cannot, not even percent-encoded:
 * URL parsers take them for steps through the path (URL Standard, "double-dot path segment").
 */
export const runId = (id: string): Result.Result<string, string> => {
  if (typeof id !== "string" || id === "") return Result.fail("The run id is empty");
  if (id === "." || id === "..") return Result.fail("A run id of dots alone cannot be sent");
  return id.isWellFormed()
    ? Result.succeed(id)
    : Result.fail("The run id is not well-formed Unicode");
};

/** A cursor that can be sent as itself. */
export const cursor = (value: string): Result.Result<string, string> => {
  if (typeof value !== "string" || value === "") {
    return Result.fail("The cursor is empty: leave it out to begin at the start");
  }
  return value.isWellFormed()
    ? Result.succeed(value)
    : Result.fail("The cursor is not well-formed Unicode");
};

/** A whole number from 1 to {@link maxLimit}. */
export const pageSize = (size: number): Result.Result<number, string> =>
  Number.isInteger(size) && size >= 1 && size <= maxLimit
    ? Result.succeed(size)
    : Result.fail(`The page size must be a whole number from 1 to ${maxLimit}, not ${size}`);

/** A duration above zero; infinite is allowed. */
export const timeout = (input: Duration.Input): Result.Result<Duration.Duration, string> =>
  Result.fromOption(
    Option.filter(Duration.fromInput(input), (duration) => Duration.toMillis(duration) > 0),
    () => "The timeout is malformed: expected a duration above zero, such as '60 seconds'",
  );
