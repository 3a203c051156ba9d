/** From this many numbers on, a radix sort is faster than the platform's. */
const minRadixLength = 2 ** 15;

/**
 * Sorts numbers in place, in ascending order, as the platform does: -0 before 0. There must be no NaN. Many numbers are
 * sorted by their bits, which takes less than half of the time.
 */
export const sortAscending = (numbers: Float64Array<ArrayBuffer>): void => {
  if (numbers.length < minRadixLength) numbers.sort();
  else radixSort(numbers);
};

/** Each number is two words of 32 bits, the low one first: every engine that runs this is little-endian. */
const radixSort = (numbers: Float64Array<ArrayBuffer>): void => {
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
  // How often each digit of 16 bits occurs, for each of the four digits.
  const [count0, count1, count2, count3] = [
    digitCounts(),
    digitCounts(),
    digitCounts(),
    digitCounts(),
  ];
  for (let at = 0; at < words.length; at += 2) {
    let low = words[at] ?? 0;
    let high = words[at + 1] ?? 0;
    // The bits of negative numbers are in descending order, and seem greater than those of others.
    if (high >>> 31 === 1) {
      low = ~low >>> 0;
      high = ~high >>> 0;
    } else {
      high = (high | 0x80000000) >>> 0;
    }
    words[at] = low;
    words[at + 1] = high;
    count0[low & 0xffff] = (count0[low & 0xffff] ?? 0) + 1;
    count1[low >>> 16] = (count1[low >>> 16] ?? 0) + 1;
    count2[high & 0xffff] = (count2[high & 0xffff] ?? 0) + 1;
    count3[high >>> 16] = (count3[high >>> 16] ?? 0) + 1;
  }
  let from = words;
  let to = new Uint32Array(words.length);
  for (const [digit, own] of [count0, count1, count2, count3].entries()) {
    if (!startsOf(own, numbers.length)) continue;
    scatter(from, to, digit, own);
    [from, to] = [to, from];
  }
  for (let at = 0; at < words.length; at += 2) {
    const low = from[at] ?? 0;
    const high = from[at + 1] ?? 0;
    const isNegative = high >>> 31 === 0;
    words[at] = isNegative ? ~low : low;
    words[at + 1] = isNegative ? ~high : high & 0x7fffffff;
  }
};

const digitCounts = (): Uint32Array<ArrayBuffer> => new Uint32Array(2 ** 16);

/** Turns counts into the places where each digit starts. Returns false where all digits are the same. */
const startsOf = (counts: Uint32Array, total: number): boolean => {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit] ?? 0;
    if (count === total) return false;
    counts[digit] = start;
    start += count;
  }
  return true;
};

/** Sorts by one digit of 16 bits. */
const scatter = (from: Uint32Array, to: Uint32Array, digit: number, starts: Uint32Array): void => {
  const word = digit >> 1;
  const shift = 16 * (digit & 1);
  for (let at = 0; at < from.length; at += 2) {
    const own = ((from[at + word] ?? 0) >>> shift) & 0xffff;
    const place = starts[own] ?? 0;
    to[2 * place] = from[at] ?? 0;
    to[2 * place + 1] = from[at + 1] ?? 0;
    starts[own] = place + 1;
  }
};
