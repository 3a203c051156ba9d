/**
 * Numbers in a narrow column: none is cut, because the start of a number is another number. The unit of room is the
 * width of a digit.
 */
import { number } from "../../src/figures/Figures.ts";

/** The least room of a column, and that of a column without numbers above 0.1: `0.0000296`. */
const leastRoom = 5;
const roomForSmall = 8.5;

/** The room that numbers of at most this size need. */
export const roomFor = (size: number): number =>
  size < 0.1 ? roomForSmall : Math.max(leastRoom, digitsOf(number(size)));

/** The width of a number. */
const digitsOf = (text: string): number =>
  text.length - 0.5 * (text.length - text.replaceAll(/[.,]/g, "").length);

/** A number that fits into some room: with fewer of its digits where it would be cut. */
export const numberWithin = (n: number, room: number): string => {
  const whole = Math.abs(n) < 100 ? [] : [number(Math.round(n))];
  const short = [1, 0].map((decimals) => exponential(n, decimals));
  return (
    [number(n), ...whole, ...short].find((text) => digitsOf(text) <= room) ?? exponential(n, 0)
  );
};

/** A difference that fits into some room, with its sign. */
export const signedWithin = (difference: number, room: number): string =>
  difference > 0 ? `+${numberWithin(difference, room - 1)}` : numberWithin(difference, room);

const exponential = (n: number, decimals: number): string =>
  n.toExponential(decimals).replace("e+", "e").replace(/^-/, "−");
