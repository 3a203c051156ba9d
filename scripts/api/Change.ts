/** What a change of the API asks of its users, and so of the version that brings it. */
export interface Change {
  /** Where it is. */
  readonly at: string;
  readonly what: string;
  /** Whether code that was right before may be wrong after it. */
  readonly breaking: boolean;
}

const bumps = ["none", "patch", "minor", "major"] as const;
export type Bump = (typeof bumps)[number];

/** The least bump that changes ask for. Before 1.0.0 a minor version may break (Semantic Versioning 2.0.0, item 4). */
export const bumpFor = (changes: ReadonlyArray<Change>, version: string): Bump => {
  const isEarly = version.startsWith("0.");
  if (changes.some(({ breaking }) => breaking)) return isEarly ? "minor" : "major";
  if (changes.length > 0) return isEarly ? "patch" : "minor";
  return "none";
};

/** Whether a bump is at least another. */
export const suffices = (bump: Bump, least: Bump): boolean =>
  bumps.indexOf(bump) >= bumps.indexOf(least);

const ours = "[\"']@scorecard-effect/(?:contract|client|fixtures)[\"']";

/** The bump that pending changesets bring to our packages: the highest, as all of them move together. */
export const pendingBump = (changesets: ReadonlyArray<string>): Bump =>
  changesets
    .flatMap((changeset) => {
      const [, head = ""] = changeset.split(/^---$/m);
      return bumps.filter((bump) => new RegExp(`^${ours}: ${bump}$`, "m").test(head));
    })
    .reduce<Bump>((highest, bump) => (suffices(highest, bump) ? highest : bump), "none");
