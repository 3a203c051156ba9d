/** The formats that a run can be exported in, by the extension of the file. */
import * as Csv from "./Csv.ts";
import type { Format } from "./Encoder.ts";
import * as JsonLines from "./JsonLines.ts";
import * as Parquet from "./Parquet.ts";

const formats: { readonly [extension: string]: Format } = {
  ".jsonl": JsonLines.format,
  ".ndjson": JsonLines.format,
  ".csv": Csv.format({ isForExcel: false }),
  ".parquet": Parquet.format,
};

/** The extensions that name a format. */
export const extensions: ReadonlyArray<string> = Object.keys(formats);

/** Why a file has no format. */
export type Problem = "no extension" | "not for Excel";

/** The format for a file's name, for Excel or for any program. */
export const formatOf = (
  file: string,
  { isForExcel }: { readonly isForExcel: boolean },
): Format | Problem => {
  const dot = file.lastIndexOf(".");
  const format = dot === -1 ? undefined : formats[file.slice(dot).toLowerCase()];
  if (format === undefined) return "no extension";
  if (!isForExcel) return format;
  return format === formats[".csv"] ? Csv.format({ isForExcel }) : "not for Excel";
};
