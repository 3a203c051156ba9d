/** The figures of earlier commits: a line of JSON each bench. */
import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import type { Figures } from "./Race.ts";

/** What one bench came to. */
export interface Result {
  readonly name: string;
  readonly what: string;
  /** Of the figures `time` and `cpu`. */
  readonly unit: string;
  readonly figures: ReadonlyArray<Figures>;
}

const file = join(dirname(import.meta.dirname), "history.jsonl");

/** Adds results to the history, with the commit and the engine that they are of. */
export const append = (results: ReadonlyArray<Result>): void => {
  const { stdout } = spawnSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" });
  const of = {
    commit: stdout.trim(),
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cores: availableParallelism(),
  };
  for (const { name, unit, figures } of results) {
    const medians = figures.map(({ contender, time, ratio, cpu, peak }) => ({
      contender,
      time: rounded(time),
      ratio: rounded(ratio),
      cpu: rounded(cpu),
      peak: rounded(peak),
    }));
    appendFileSync(file, `${JSON.stringify({ ...of, bench: name, unit, medians })}\n`);
  }
};

const rounded = (value: number): number => Number(value.toPrecision(4));
