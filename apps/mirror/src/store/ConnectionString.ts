/**
 * Reads a connection string as libpq does: `postgres://user:password@host:port/database?name=value`, or
 * `host=… user=…`. No message quotes any part of it, because any part may be one of a password that is written wrongly.
 */
import * as Result from "effect/Result";

/** The parameters of a connection, by libpq's names. */
export type Parameters = ReadonlyMap<string, string>;

const percentHint =
  "In a password, @ is written %40, / is %2F, : is %3A, ? is %3F, # is %23 and % is %25";
const badUrl = (problem: string) => Result.fail(`${problem}. ${percentHint}`);

const decode = (text: string): string | undefined => {
  try {
    const decoded = decodeURIComponent(text);
    return decoded.includes("\0") ? undefined : decoded;
  } catch {
    return undefined;
  }
};

const splitOnce = (text: string, separator: string): readonly [string, string | undefined] => {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
};

// Some services write @ in a user's name, and it needs no encoding there.
const valuesWithAt = /^(?:user|password|options|application_name)=/;

/** Reads the part of a URL after its scheme. */
const parseUrl = (url: string): Result.Result<Parameters, string> => {
  if (url.includes("#")) return badUrl("It contains a #");
  const [beforeQuery, query = ""] = splitOnce(url, "?");
  const [authority, database = ""] = splitOnce(beforeQuery, "/");
  const pairs = query === "" ? [] : query.split("&");
  // The @ before the host comes too late: the password contains a / or a ? that ended the authority.
  const hasStrayAt =
    database.includes("@") || pairs.some((pair) => pair.includes("@") && !valuesWithAt.test(pair));
  if (hasStrayAt) return badUrl("It contains an @ after the host and port");

  const at = authority.lastIndexOf("@");
  const [user, password] = at === -1 ? ["", undefined] : splitOnce(authority.slice(0, at), ":");
  const address = authority.slice(at + 1);
  if (address.includes(",")) return Result.succeed(new Map([["host", decode(address) ?? address]]));
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return badUrl("Its host and port cannot be read");

  const found: Array<readonly [string, string | undefined]> = [
    ["user", user],
    ["password", password],
    ["host", host],
    ["port", port],
    ["dbname", database],
    ...pairs.map((pair) => splitOnce(pair, "=")),
  ];
  const parameters = new Map<string, string>();
  for (const [name, value] of found) {
    const key = decode(name);
    if (key === undefined) return badUrl("A % in it is not followed by two hexadecimal digits");
    if (value === undefined) {
      if (["password", "port"].includes(name)) continue;
      return badUrl("A parameter after its ? has no =");
    }
    const decoded = decode(value);
    if (decoded === undefined) {
      return badUrl("A % in it is not followed by two hexadecimal digits");
    }
    if (decoded !== "") parameters.set(key, decoded);
  }
  return Result.succeed(parameters);
};

/** Reads `name=value` pairs. A value in single quotes may contain spaces; a backslash escapes the next character. */
const parsePairs = (text: string): Result.Result<Parameters, string> => {
  const pair =
    /\s*([^\s=]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'(?=\s|$)|((?:[^\s'\\]|\\.)(?:[^\s\\]|\\.)*)?(?=\s|$))\s*/suy;
  const parameters = new Map<string, string>();
  while (pair.lastIndex < text.length) {
    const found = pair.exec(text);
    if (found === null) {
      return Result.fail(
        "Its name=value pairs cannot be read. A value with spaces, quotes or backslashes is written 'in quotes', with \\' and \\\\",
      );
    }
    const [, name = "", quotedValue, plainValue = ""] = found;
    const value = (quotedValue ?? plainValue).replaceAll(/\\(.)/gsu, "$1");
    if (value !== "") parameters.set(name, value);
  }
  return Result.succeed(parameters);
};

/** Reads a connection string in either form. */
export const parse = (text: string): Result.Result<Parameters, string> => {
  const [, url] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(text.trim()) ?? [];
  if (url !== undefined) return parseUrl(url);
  return /^[a-z_]+\s*=/.test(text.trim())
    ? parsePairs(text.trim())
    : Result.fail("It must begin with postgres://, or consist of name=value pairs such as host=…");
};
