/** JSON as other tools write it. */
import * as Json from "@scorecard-effect/contract/protocol/Json";
import { Result } from "effect";

/**
 * Parses JSON that may hold Python's `NaN` and `Infinity`, which JSON does not have: they become the texts `"NaN"`,
 * `"Infinity"` and `"-Infinity"`. Fails with what is wrong and where.
 */
export const parse = (text: string): Result.Result<unknown, string> => {
  const strict = Json.parseFinite(text);
  if (Result.isSuccess(strict) || !/NaN|Infinity/.test(text)) return strict;
  const quoted = text.replaceAll(stringOrConstant, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  return Result.mapError(Json.parseFinite(quoted), () => strict.failure);
};

const stringOrConstant = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/g;

/** Decodes UTF-8, without its byte order mark. Fails for other bytes, rather than replace them. */
export const decode = (bytes: Uint8Array): Result.Result<string, string> =>
  Result.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => "is not UTF-8",
  });
