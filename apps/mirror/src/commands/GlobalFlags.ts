/** The flags of every subcommand that uses the database. */
import * as Config from "effect/Config";
import * as Option from "effect/Option";
import * as Flag from "effect/cli/Flag";
import * as GlobalFlag from "effect/cli/GlobalFlag";
import { defaultSchema } from "../store/SchemaName.ts";

// Postgres truncates longer names, so two of them could be one schema.
const maxNameBytes = 63;

const isSchema = (name: string): boolean =>
  name !== "" &&
  !name.startsWith("pg_") &&
  !name.includes("\0") &&
  name.isWellFormed() &&
  Buffer.byteLength(name) <= maxNameBytes;

/** `--schema`, or `MIRROR_SCHEMA`: the schema of the mirror's tables and the engine's. */
export const schema = GlobalFlag.Setting("schema")({
  flag: Flag.String("schema").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription(
      `The schema of the mirror's tables, one for each source (default MIRROR_SCHEMA, or ${defaultSchema})`,
    ),
    Flag.withFallbackConfig(Config.String("MIRROR_SCHEMA")),
    Flag.withDefault(defaultSchema),
    Flag.filter(
      isSchema,
      () => `Expected a name of at most ${maxNameBytes} bytes that does not begin with pg_`,
    ),
  ),
});

/** `--source`, or `MIRROR_SOURCE`: tells accounts apart whose API has one base URL. */
export const source = GlobalFlag.Setting("source")({
  flag: Flag.String("source").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription(
      "A name for the account whose runs the schema holds (default MIRROR_SOURCE). It is recorded with the base URL",
    ),
    Flag.withFallbackConfig(Config.String("MIRROR_SOURCE")),
    Flag.optional,
    // A variable that is set to nothing names nothing.
    Flag.map(Option.filter((name) => name !== "")),
  ),
});
