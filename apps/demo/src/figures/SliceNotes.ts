/** What a reader of slices must know of testcases that are not in one slice alone. */
import { plural } from "./Figures.ts";

/** Testcases whose trials lie in several slices of one run: none where there are no such testcases. */
export const severalSlicesNotes = (testcases: number): ReadonlyArray<string> =>
  testcases === 0
    ? []
    : [
        `${plural(testcases, "testcase")} ${testcases === 1 ? "has" : "have"} trials in several slices: ` +
          `${testcases === 1 ? "it counts" : "each counts"} in each of them, with its trials there.`,
      ];

/** Testcases that lie in other slices in one run than in the other: none where there are no such testcases. */
export const movedNotes = (testcases: number): ReadonlyArray<string> =>
  testcases === 0
    ? []
    : [
        `${plural(testcases, "testcase")} ${testcases === 1 ? "lies" : "lie"} in other slices in one run than in the other: ` +
          "only what both runs have in a slice is compared there.",
      ];
