/** Takes away the records that the filter shows. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { plural } from "../../src/figures/Figures.ts";
import type { ExportFormat } from "../../src/export/ExportFormat.ts";
import { Popover } from "./Popover.tsx";

export interface Props {
  /** How many lines the filter shows. */
  readonly lines: number;
  /** What a line stands for: one record, or all that the runs have of a testcase. */
  readonly noun: "record" | "testcase";
  /** Whether the records are of several runs. */
  readonly areOfRuns: boolean;
  /** Makes the file. Rejects with an error whose message can be shown. */
  readonly make: (format: ExportFormat) => Promise<Blob>;
  /** The start of the file's name. */
  readonly name: string;
}

export const ExportMenu = ({ lines, noun, areOfRuns, make, name }: Props): JSX.Element => {
  const what = `${plural(lines, noun)}${noun === "testcase" ? ", all of their records" : ""}`;
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
        setStatus(`Wrote ${what} to ${name}.${format}`);
      },
      (error: unknown) => setStatus(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <Popover name="Export">
      <div class="export">
        <p>
          {what} in full, as filtered and sorted.
          {areOfRuns ? " The column runId says which run each is of." : ""} Cells are safe to open
          in a spreadsheet.
        </p>
        <p class="links">
          <button type="button" disabled={lines === 0} onClick={() => save("csv")}>
            CSV
          </button>
          <button type="button" disabled={lines === 0} onClick={() => save("jsonl")}>
            JSON lines
          </button>
        </p>
        <p role="status">{status}</p>
      </div>
    </Popover>
  );
};
