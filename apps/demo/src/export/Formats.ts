/** The formats that a run can be exported in, by the extension of the file. */
import * as Csv from "./Csv.ts";
import type { Format } from "./Encoder.ts";
import * as JsonLines from "./JsonLines.ts";
import * as Parquet from "./Parquet.ts";

const formats: { readonly [extension: string]: Format } = {
  ".jsonl": JsonLines.format,
  ".ndjson": JsonLines.format,
  ".csv": Csv.format,
  ".parquet": Parquet.format,
};

/** The extensions that name a format. */
export const extensions: ReadonlyArray<string> = Object.keys(formats);

/** The format for a file's name; undefined for an unknown extension. */
export const formatOf = (file: string): Format | undefined => {
  const dot = file.lastIndexOf(".");
  return dot === -1 ? undefined : formats[file.slice(dot).toLowerCase()];
};
