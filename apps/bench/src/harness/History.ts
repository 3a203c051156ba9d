/** The history of medians: one line of JSON for each bench and commit. */
import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import type { Figures } from "./Race.ts";

/** What one bench measured. */
export interface Result {
  readonly name: string;
  readonly what: string;
  /** The unit of `time` and `cpu`. */
  readonly unit: string;
  readonly figures: ReadonlyArray<Figures>;
}

const file = join(dirname(dirname(import.meta.dirname)), "history.jsonl");

/** Appends results, with the commit and the engine that they were measured on. */
export const append = (results: ReadonlyArray<Result>): void => {
  const { stdout } = spawnSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" });
  const measuredOn = {
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
    appendFileSync(file, `${JSON.stringify({ ...measuredOn, bench: name, unit, medians })}\n`);
  }
};

const rounded = (value: number): number => Number(value.toPrecision(4));
