/** The conformance list, and how a runtime runs it. */
import { aborts } from "./Aborts.ts";
import { bodies } from "./Bodies.ts";
import { type Case, type CaseResult, setting } from "./Case.ts";
import { effectClients } from "./EffectClients.ts";
import { errors } from "./Errors.ts";
import { listings } from "./Listings.ts";
import { sharing } from "./Sharing.ts";
import { waits } from "./Waits.ts";

/** Every case, in the order in which they run. */
const cases: ReadonlyArray<Case> = [
  ...listings,
  ...errors,
  ...aborts,
  ...waits,
  ...bodies,
  ...sharing,
  ...effectClients,
];

const longestCase = 20_000;

const inTime = (call: Promise<void>): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done within ${longestCase} ms`)), longestCase);
  });
  return Promise.race([call, late]).finally(() => {
    clearTimeout(timer);
  });
};

const describe = (error: unknown): string =>
  typeof error === "object" && error !== null && "message" in error
    ? String(error.message)
    : String(error);

/** Makes one call of a case. Returns what went wrong, if anything did. */
export const call = async (name: string): Promise<string | undefined> => {
  try {
    const own = cases.find((candidate) => candidate.name === name);
    if (own === undefined) throw new Error(`There is no case ${name}`);
    await inTime(own.run());
    return undefined;
  } catch (error) {
    return describe(error);
  }
};

const exclusionOf = (name: string): string | undefined =>
  setting.exclusions[name] ?? setting.exclusions[name.split(":")[0] ?? ""];

/** Runs every case that is applicable, one after the other, and posts the results to the runner. */
export const runAll = async (
  callCase: (name: string) => Promise<string | undefined> = call,
): Promise<ReadonlyArray<CaseResult>> => {
  const results: Array<CaseResult> = [];
  for (const { name, calls = 1 } of cases) {
    const exclusion = exclusionOf(name);
    if (exclusion !== undefined) {
      results.push({ case: name, ok: true, detail: exclusion, isExcluded: true });
      continue;
    }
    const failures = await Promise.all(Array.from({ length: calls }, () => callCase(name)));
    const detail = failures.find((failure) => failure !== undefined);
    results.push({ case: name, ok: detail === undefined, detail, isExcluded: false });
  }
  await fetch(setting.resultsUrl, { method: "POST", body: JSON.stringify(results) });
  return results;
};
