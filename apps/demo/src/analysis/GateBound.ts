/** The bound of a gate on a figure. */

/** The figure must be at least this. */
interface AtLeast {
  readonly least: number;
  readonly most?: never;
}

/** The figure must be at most this. */
interface AtMost {
  readonly most: number;
  readonly least?: never;
}

export type GateBound = AtLeast | AtMost;

/** A bound in words: `at least 0.9`. */
export const boundText = ({ least, most }: GateBound): string =>
  least === undefined ? `at most ${most}` : `at least ${least}`;
