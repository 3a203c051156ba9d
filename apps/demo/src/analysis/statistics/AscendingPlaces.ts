/**
 * The places of numbers in ascending order. Equal numbers, among them 0 and -0, stay in their order, and NaN comes last.
 *
 * A radix sort of the numbers' bits, because sorting a million places by a comparison takes a second.
 */
export const ascendingPlaces = (numbers: Float64Array): Uint32Array => {
  const n = numbers.length;
  const lows = new Uint32Array(n);
  const highs = new Uint32Array(n);
  const number = new Float64Array(1);
  const bits = new Uint32Array(number.buffer);
  for (let place = 0; place < n; place++) {
    const own = numbers[place] ?? 0;
    // -0 + 0 is 0, and every NaN has the same bits.
    number[0] = Number.isNaN(own) ? Number.NaN : own + 0;
    const low = bits[0] ?? 0;
    const high = bits[1] ?? 0;
    // The bits of negative numbers are in descending order, and seem greater than those of others.
    const isNegative = high >>> 31 === 1;
    lows[place] = isNegative ? ~low : low;
    highs[place] = isNegative ? ~high : high | 0x80000000;
  }
  let places = new Uint32Array(n);
  for (let place = 0; place < n; place++) places[place] = place;
  let sorted = new Uint32Array(n);
  for (const digits of [lows, highs]) {
    for (const shift of [0, 16]) {
      if (!scatter(places, sorted, digits, shift)) continue;
      [places, sorted] = [sorted, places];
    }
  }
  return places;
};

/** Sorts places by 16 bits of their numbers. Returns false where these are the same for all. */
const scatter = (
  places: Uint32Array,
  sorted: Uint32Array,
  digits: Uint32Array,
  shift: number,
): boolean => {
  const n = places.length;
  const starts = new Uint32Array(2 ** 16 + 1);
  for (let place = 0; place < n; place++) {
    const next = (((digits[place] ?? 0) >>> shift) & 0xffff) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  if (n === 0 || starts[(((digits[0] ?? 0) >>> shift) & 0xffff) + 1] === n) return false;
  for (let digit = 1; digit < starts.length; digit++) {
    starts[digit] = (starts[digit] ?? 0) + (starts[digit - 1] ?? 0);
  }
  for (let next = 0; next < n; next++) {
    const place = places[next] ?? 0;
    const digit = ((digits[place] ?? 0) >>> shift) & 0xffff;
    const at = starts[digit] ?? 0;
    sorted[at] = place;
    starts[digit] = at + 1;
  }
  return true;
};
