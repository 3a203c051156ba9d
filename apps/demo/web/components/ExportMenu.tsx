/** Takes away the records that the filter shows. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { plural } from "../../src/figures/Figures.ts";
import type { ExportFormat } from "../../src/export/ExportFormat.ts";
import { Popover } from "./Popover.tsx";

export interface Props {
  /** How many records the filter shows. */
  readonly records: number;
  /** Makes the file. Rejects with an error whose message can be shown. */
  readonly make: (format: ExportFormat) => Promise<Blob>;
  /** The start of the file's name. */
  readonly name: string;
}

export const ExportMenu = ({ records, make, name }: Props): JSX.Element => {
  const [status, setStatus] = useState<string>();
  const save = (format: ExportFormat): void => {
    setStatus("Writing…");
    make(format).then(
      (blob) => {
        const url = URL.createObjectURL(blob);
        const link = document.createElement("a");
        link.href = url;
        link.download = `${name}.${format}`;
        link.click();
        URL.revokeObjectURL(url);
        setStatus(`Wrote ${plural(records, "record")} to ${name}.${format}`);
      },
      (error: unknown) => setStatus(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <Popover name="Export">
      <div class="export">
        <p>
          {plural(records, "record")} in full, as filtered and sorted. Cells are safe to open in a
          spreadsheet.
        </p>
        <p class="links">
          <button type="button" disabled={records === 0} onClick={() => save("csv")}>
            CSV
          </button>
          <button type="button" disabled={records === 0} onClick={() => save("jsonl")}>
            JSON lines
          </button>
        </p>
        <p role="status">{status}</p>
      </div>
    </Popover>
  );
};
