/** The API whose runs a schema holds. It is recorded once, so that runs of two APIs or accounts are never mixed. */
import { Effect, Option, Result, Schema } from "effect";
import * as ApiConfig from "@scorecard-effect/contract/protocol/ApiConfig";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import { SqlClient } from "effect/sql";
import { SchemaName } from "./SchemaName.ts";

/** An API by its base URL, and a name that tells accounts behind one URL apart. */
export interface Source {
  readonly baseUrl: string;
  readonly name: string | null;
}

/** The schema holds runs of another source, or the source cannot be determined. */
class SourceError extends Schema.TaggedError<SourceError>()("SourceError", {
  message: Schema.String,
}) {}

const describe = ({ baseUrl, name }: Source): string =>
  name === null ? `${baseUrl} (without --source)` : `${baseUrl} (--source ${name})`;

/** The source that is recorded; undefined where none is yet. */
export const find = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const [source] = yield* sql<Source>`SELECT base_url AS "baseUrl", name FROM sources`;
  return source;
});

/** Records the source of this process, or fails where the schema belongs to another one. */
export const claim = Effect.fn("Source.claim")(function* (sourceName: Option.Option<string>) {
  const sql = yield* SqlClient.SqlClient;
  const baseUrl = ListRecordsRequest.baseUrl(yield* ApiConfig.baseUrl);
  if (Result.isFailure(baseUrl)) {
    return yield* new SourceError({ message: `${ApiConfig.names.baseUrl}: ${baseUrl.failure}` });
  }
  const own: Source = { baseUrl: baseUrl.success, name: Option.getOrNull(sourceName) };
  const found = yield* find;
  // The row's key admits one row: of two processes that claim at once, the second waits, and finds it.
  if (found === undefined) {
    yield* sql`INSERT INTO sources (base_url, name) VALUES (${own.baseUrl}, ${own.name}) ON CONFLICT DO NOTHING`;
  }
  const recorded = found ?? (yield* find) ?? own;
  if (recorded.baseUrl === own.baseUrl && recorded.name === own.name) return undefined;
  const schema = yield* SchemaName;
  return yield* new SourceError({
    message: `The schema "${schema}" holds runs of ${describe(recorded)}, and this command is for ${describe(own)}. Runs of two sources are never mixed: use another --schema, or correct ${ApiConfig.names.baseUrl} or --source`,
  });
});
