/** Numbers as they are written on the page. */

const whole = new Intl.NumberFormat("en-US");
const decimal = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const percent = new Intl.NumberFormat("en-US", {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export const count = (n: number): string => whole.format(n);

/** Whole numbers in full, others to three digits that count. */
export const number = (n: number): string => (Number.isInteger(n) ? whole : decimal).format(n);

export const rate = (share: number): string => percent.format(share);

/** With its sign, which a change is all about. */
export const change = (n: number): string => `${sign(n)}${decimal.format(Math.abs(n))}`;

const sign = (n: number): string => (n > 0 ? "+" : n < 0 ? "−" : "±");

/** A change of a rate, in percentage points. */
export const points = (share: number): string =>
  `${sign(share)}${tenths.format(Math.abs(100 * share))} pp`;

const tenths = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export const plural = (n: number, noun: string, nouns = `${noun}s`): string =>
  `${count(n)} ${n === 1 ? noun : nouns}`;

/** A metric's id as it fits into a column: the first group of a UUID. */
export const shortId = (id: string): string => (/^[0-9a-f]{8}-/i.test(id) ? id.slice(0, 8) : id);

/** A duration in words, from seconds. */
export const duration = (seconds: number): string =>
  seconds < 60
    ? `${Math.max(1, Math.round(seconds))} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
