/** Bars made of block characters. */

/** A bar for each count, an eighth high to full: empty for zero, full for the highest count. */
export const bars = (counts: ReadonlyArray<number>): string => {
  const highest = Math.max(1, ...counts);
  return counts
    .map((n) => (n === 0 ? " " : (blocks[Math.ceil((n / highest) * blocks.length) - 1] ?? " ")))
    .join("");
};

const blocks = Array.from("▁▂▃▄▅▆▇█");

/** A share of 1 as a bar of `width` columns. It is full or empty only where the share is 1 or 0. */
export const shareBar = (share: number, width: number): string => {
  const filled =
    share <= 0
      ? 0
      : share >= 1
        ? width
        : Math.min(width - 1, Math.max(1, Math.round(share * width)));
  return "█".repeat(filled) + "░".repeat(width - filled);
};
