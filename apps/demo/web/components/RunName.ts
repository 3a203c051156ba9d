/** What the page calls the runs that it shows side by side. Ids come from the user: their odd characters are shown. */
import { visible } from "./SafeText.tsx";

/** How filters name a run, and the page where it has little room: `@2`. */
export const runBadge = (run: number): string => `@${run + 1}`;

/** A run by its id. */
export const runName = (runs: ReadonlyArray<string>, run: number): string =>
  visible(`run ${runs[run] ?? ""}`);

/** The title of a run: empty where there is one, `Baseline` and `Candidate` for two, else its badge and its id. */
export const runTitle = (runs: ReadonlyArray<string>, run: number): string => {
  if (runs.length < 2) return "";
  if (runs.length === 2) return run === 0 ? "Baseline" : "Candidate";
  return `${runBadge(run)} ${runName(runs, run)}`;
};

/** A title inside a sentence: `baseline`, `trial 2`. The id of a run stays as it is. */
export const inSentence = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);

/** What a chart calls the two runs that it shows. */
export interface ChartedRuns {
  readonly first: string;
  readonly later: string;
}

/** The names of the first run and the one in focus. */
export const chartedRuns = (runs: ReadonlyArray<string>, focus: number): ChartedRuns =>
  runs.length > 2
    ? { first: runTitle(runs, 0), later: runTitle(runs, focus) }
    : { first: "the baseline", later: "the candidate" };
