/** The schema that holds the mirror's tables and the engine's. */
import * as Context from "effect/Context";

/** The schema of a mirror that names no other. */
export const defaultSchema = "mirror";

/** A schema's name as SQL. */
export const quoted = (schema: string): string => `"${schema.replaceAll('"', '""')}"`;

/** The name of the schema. Every session's `search_path` is this schema alone, so statements name tables without it. */
export class SchemaName extends Context.Service<SchemaName, string>()(
  "@scorecard-effect/mirror/store/SchemaName",
) {}
