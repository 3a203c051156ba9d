/** The normal distribution and Student's t: tails and quantiles, correct to at least nine digits. */

/** The 0.975 quantile of the normal distribution. */
export const z = 1.959963984540054;

/** The probability that a standard normal variable is farther from zero than `x`, on either side. */
export const normalTails = (x: number): number => {
  const square = (x * x) / 2;
  if (!(square < 700)) return Number.isNaN(square) ? Number.NaN : 0;
  return square < 1.5 ? 1 - lowerGamma(square) : upperGamma(square);
};

// The regularized incomplete gamma functions for a = 1/2, with which the tails of the normal distribution are
// written: a series near zero, a continued fraction (Lentz) farther out.
const lowerGamma = (x: number): number => {
  let term = 2;
  let sum = 2;
  for (let a = 1.5; term > sum * 1e-17; a++) {
    term *= x / a;
    sum += term;
  }
  return (sum * Math.exp(-x) * Math.sqrt(x)) / Math.sqrt(Math.PI);
};

const upperGamma = (x: number): number => {
  let b = x + 0.5;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < maxTerms; i++) {
    const numerator = -i * (i - 0.5);
    b += 2;
    d = 1 / nonZero(numerator * d + b);
    c = nonZero(b + numerator / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return (Math.exp(-x) * Math.sqrt(x) * fraction) / Math.sqrt(Math.PI);
};

const tiny = 1e-300;
const maxTerms = 500;
const nonZero = (x: number): number => (Math.abs(x) < tiny ? tiny : x);

/** From so many degrees of freedom on, series around the normal distribution are more exact than the fractions. */
const manyDegrees = 1e5;

/** The probability that a variable of Student's t is farther from zero than `t`, on either side. */
export const tTails = (t: number, degrees: number): number => {
  if (degrees < manyDegrees) return regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
  return normalTails((t * (1 - 1 / (4 * degrees))) / Math.sqrt(1 + (t * t) / (2 * degrees)));
};

/** The 0.975 quantile of Student's t, for 1 degree of freedom or more. */
export const tQuantile = (degrees: number): number => {
  // Abramowitz and Stegun 26.7.5.
  const series =
    z +
    (z ** 3 + z) / 4 / degrees +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 / degrees ** 2 +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384 / degrees ** 3;
  if (degrees >= manyDegrees) return series;
  let quantile = degrees === 1 ? 12.7 : degrees === 2 ? 4.3 : series;
  // Newton's method. Two steps suffice from 3 degrees on.
  for (let step = 0; step < 20; step++) {
    const excess = (tTails(quantile, degrees) - 0.05) / (2 * tDensity(quantile, degrees));
    quantile += excess;
    if (Math.abs(excess) < 1e-12 * quantile) break;
  }
  return quantile;
};

const tDensity = (t: number, degrees: number): number =>
  Math.exp(
    logGamma((degrees + 1) / 2) -
      logGamma(degrees / 2) -
      ((degrees + 1) / 2) * Math.log1p((t * t) / degrees),
  ) / Math.sqrt(degrees * Math.PI);

/** The regularized incomplete beta function, by its continued fraction (Lentz). */
const regularizedBeta = (x: number, a: number, b: number): number => {
  if (!(x > 0)) return Number.isNaN(x) ? Number.NaN : 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
};

const betaFraction = (x: number, a: number, b: number): number => {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < maxTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const numerator of [even, odd]) {
      d = 1 / nonZero(1 + numerator * d);
      c = nonZero(1 + numerator / c);
      fraction *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return fraction;
};

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** The logarithm of the gamma function for x >= 0.5: Lanczos's approximation. */
const logGamma = (x: number): number => {
  const base = x + 6.5;
  let sum = 0.99999999999980993;
  for (const [index, coefficient] of lanczos.entries()) sum += coefficient / (x + index);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
};
