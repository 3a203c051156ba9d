/** A flag with a duration: `90s`, `15m`, `1h`, `7d`, `2w`. */
import * as Duration from "effect/Duration";
import * as Option from "effect/Option";
import * as Flag from "effect/cli/Flag";

const units: { readonly [unit: string]: number } = {
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** Reads a duration: a number and its unit, one of s, m, h, d, w. */
const parse = (text: string): Option.Option<Duration.Duration> => {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const seconds = Number(amount) * (units[unit.toLowerCase()] ?? Number.NaN);
  return amount !== "" && Number.isFinite(seconds)
    ? Option.some(Duration.seconds(seconds))
    : Option.none();
};

/** A flag with a duration. */
export const duration = (name: string, description: string): Flag.Flag<Duration.Duration> =>
  Flag.String(name).pipe(
    Flag.withMetavar("DURATION"),
    Flag.withDescription(description),
    Flag.filterMap(parse, (text) => `Expected a duration such as 90s, 15m, 1h or 7d, got ${text}`),
  );

const scale: ReadonlyArray<readonly [seconds: number, unit: string]> = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
];

/** A number of seconds for people: its two largest units, such as `3 h 5 min`. */
export const formatSeconds = (seconds: number): string => {
  let rest = Math.max(0, Math.floor(seconds));
  const parts = scale.flatMap(([size, unit]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
  return parts.slice(0, 2).join(" ") || "0 s";
};
