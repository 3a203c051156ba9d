/** A terminal session as an SVG: its text stays text, sharp at any size and for readers of the screen. */
import xterm, { type IBufferCell } from "@xterm/headless";
import { spawnSync } from "node:child_process";

export interface Session {
  /** What the picture shows after the prompt. */
  readonly typed: string;
  /** What runs: a program, and its arguments. */
  readonly command: ReadonlyArray<string>;
  readonly columns: number;
  /** The most lines that the picture shows. */
  readonly rows: number;
  readonly env?: { readonly [name: string]: string };
}

/** Characters in one style, which begin at a column. */
interface Run {
  readonly column: number;
  readonly width: number;
  readonly text: string;
  readonly style: string;
}

/** Runs the command in a terminal of its own, as a person would see it, and reads the screen at its end. */
const screenOf = async ({ command, columns, env }: Session): Promise<Array<Array<Run>>> => {
  const quoted = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(" ");
  const { stdout } = spawnSync(
    "script",
    ["-qec", `stty cols ${columns} rows 50; ${quoted}`, "/dev/null"],
    { encoding: "utf8", env: { ...process.env, ...env, TERM: "xterm-256color" } },
  );
  const terminal = new xterm.Terminal({
    cols: columns,
    rows: 50,
    scrollback: 10_000,
    allowProposedApi: true,
  });
  await new Promise<void>((resolve) => terminal.write(stdout, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, index) => {
    const line = active.getLine(index);
    const runs: Array<Run> = [];
    for (let column = 0; column < columns; column += 1) {
      const cell = line?.getCell(column);
      const text = cell?.getChars() ?? "";
      if (cell === undefined || text === "") continue;
      const style = styleOf(cell);
      const last = runs.at(-1);
      // A wide character is a run of its own, so that fonts cannot shift what follows.
      if (last?.style === style && last.column + last.width === column && cell.getWidth() === 1) {
        runs[runs.length - 1] = { ...last, width: last.width + 1, text: last.text + text };
      } else runs.push({ column, width: cell.getWidth(), text, style });
    }
    return runs;
  });
  while (lines.at(-1)?.every(({ text }) => text.trim() === "") ?? false) lines.pop();
  return lines;
};

const colors = ["rule", "red", "green", "yellow", "blue", "magenta", "cyan", "ink"];

const styleOf = (cell: IBufferCell): string =>
  [
    cell.isFgPalette() ? (colors[cell.getFgColor() % 8] ?? "ink") : "ink",
    ...(cell.isBold() ? ["bold"] : []),
    ...(cell.isDim() ? ["dim"] : []),
  ].join(" ");

const cellWidth = 7.8;
const lineHeight = 18;
const margin = 20;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The session as SVG. Its lines appear one after the other, unless the reader prefers less motion. */
export const pictureOf = async (session: Session): Promise<string> => {
  const prompt: Run = { column: 0, width: 2, text: "$ ", style: "green bold" };
  const typed = { column: 2, width: session.typed.length, text: session.typed, style: "ink bold" };
  const all = await screenOf(session);
  const lines = [[prompt, typed], [], ...all.slice(0, session.rows)];
  const width = Math.round(2 * margin + cellWidth * session.columns);
  const height = 2 * margin + lineHeight * lines.length;
  const texts = lines.flatMap((runs, row) =>
    runs
      .filter(({ text }) => text.trim() !== "")
      .map(({ column, width: cells, text, style }) => {
        const x = (margin + cellWidth * column).toFixed(1);
        const y = margin + lineHeight * row + 13;
        const length = (cellWidth * cells).toFixed(1);
        const delay = row === 0 ? 0 : Math.round(900 + 40 * row);
        return `<text x="${x}" y="${y}" textLength="${length}" class="${style}" style="animation-delay:${delay}ms">${escape(text)}</text>`;
      }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(session.typed)}">
<style>
text { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono", monospace; white-space: pre; fill: #dfe1e5; animation: show 0s both; }
@keyframes show { from { visibility: hidden } to { visibility: visible } }
@media (prefers-reduced-motion: reduce) { text { animation: none } }
.bold { font-weight: 600 } .dim { fill: #9aa0a8 } .rule { fill: #6b7178 } .red { fill: #ff8d85 } .green { fill: #7fd6a0 }
.yellow { fill: #e6c46c } .blue { fill: #8ab8ff } .magenta { fill: #d9a2ec } .cyan { fill: #79d0d8 }
</style>
<rect width="${width}" height="${height}" rx="8" fill="#16181b"/>
${texts.join("\n")}
</svg>
`;
};
