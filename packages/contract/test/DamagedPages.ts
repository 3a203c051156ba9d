/** Arbitrary pages as JSON, valid and damaged, for the contract and for an independent validator to judge. */
import { Arbitrary, Schema } from "effect";

const OpenJson = Schema.Record(Schema.String, Schema.Json);
const atMostTwo = Schema.isMaxLength(2);
const Guid = Schema.String.check(Schema.isGUID());

const Score = Schema.Struct({
  recordId: Schema.String,
  metricConfigId: Guid,
  score: OpenJson,
  validationErrors: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        path: Schema.String,
        message: Schema.String,
        since: Schema.optionalKey(Schema.Json),
      }),
    ).check(atMostTwo),
  ),
  weight: Schema.optionalKey(Schema.Json),
});

const Record = Schema.Struct({
  id: Schema.String,
  runId: Schema.String,
  testcaseId: Schema.optionalKey(Schema.String),
  inputs: OpenJson,
  expected: OpenJson,
  outputs: OpenJson,
  scores: Schema.Array(Score).check(atMostTwo),
  tags: Schema.optionalKey(Schema.Json),
});

/** A valid page, with fields that the contract does not know at every level. */
export const Page = Schema.Struct({
  data: Schema.Array(Record).check(atMostTwo),
  nextCursor: Schema.NullOr(Schema.String),
  hasMore: Schema.Boolean,
  total: Schema.optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  ),
  took: Schema.optionalKey(Schema.Json),
});

type Json = typeof Schema.Json.Type;
/** A member of an object or array. */
type Place = { readonly holder: object; readonly key: string };

const collectPlaces = (value: Json, found: Array<Place> = []): ReadonlyArray<Place> => {
  if (typeof value !== "object" || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push({ holder: value, key });
    collectPlaces(Reflect.get(value, key), found);
  }
  return found;
};

const setMember = (holder: object, key: string, value: Json): void => {
  // An assignment to __proto__ would not create a field.
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
};

const nest = (depth: number): Json => (depth === 0 ? 1 : { "": [nest(depth - 1)] });

const oddValues: ReadonlyArray<() => Json> = [
  () => null,
  () => true,
  () => "",
  () => "1",
  () => "2026-11-24",
  () => "\ud800",
  () => "\u0000\u001f\u2028\u202e",
  () => 0,
  () => -0,
  () => 1,
  () => -1,
  () => 1.5,
  () => 1e308,
  () => 2 ** 53,
  () => 2 ** 53 - 1,
  () => 5e-324,
  () => [],
  () => [null],
  () => [{}],
  () => ({}),
  () => ({ length: 0 }),
  () => ({ "0": {} }),
  () => nest(40),
  () => "a1b2c3d4-e5f6-7890-1234-567890abcdef",
  () => "A1B2C3D4-E5F6-7890-1234-567890ABCDEF",
  () => "urn:uuid:a1b2c3d4-e5f6-7890-1234-567890abcdef",
  () => "{a1b2c3d4-e5f6-7890-1234-567890abcdef}",
  () => "a1b2c3d4e5f678901234567890abcdef",
  () => "a1b2c3d4-e5f6-7890-1234-567890abcdeg",
  () => "a1b2c3d4-e5f6-7890-1234-567890abcdef\n",
  () => "00000000-0000-0000-0000-000000000000",
];

const oddKeys = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "data",
  "id",
  "scores",
  "total",
  "testcaseId",
  "validationErrors",
  "",
  "\\",
  "\n",
  "\u0000",
  "\ud83d",
  "clé",
  "0",
];

/** Damages a page at one place, in one way, or replaces it as a whole; `draw` picks place and way. */
const damage = (page: Json, draw: (below: number) => number): Json => {
  const pick = <A>(from: ReadonlyArray<A>): A => from[draw(from.length)]!;
  const root: { [key: string]: Json } = { page: structuredClone(page) };
  const { holder, key } = pick(collectPlaces(root));
  switch (draw(4)) {
    case 0:
      Reflect.deleteProperty(holder, key);
      break;
    case 1: {
      const target: Json = Reflect.get(holder, key);
      if (typeof target === "object" && target !== null && !Array.isArray(target)) {
        setMember(target, pick(oddKeys), pick(oddValues)());
        break;
      }
      setMember(holder, key, pick(oddValues)());
      break;
    }
    case 2: {
      const target: Json = Reflect.get(holder, key);
      setMember(holder, key, typeof target === "number" ? String(target) : [target]);
      break;
    }
    default:
      setMember(holder, key, pick(oddValues)());
  }
  return root["page"] ?? null;
};

/** The choices of {@link damage}. */
const Draws = Schema.Array(
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 31 - 1 })),
).check(Schema.isMinLength(40), Schema.isMaxLength(40));

/** A valid page, and with it ten damaged ones: nine damaged once, and one damaged ten times. */
export const damaged = Arbitrary.map(
  Arbitrary.all({ page: Arbitrary.schema(Page), draws: Arbitrary.schema(Draws) }),
  ({ page, draws: numbers }) => {
    let at = 0;
    const draw = (below: number) => {
      at += 1;
      return (numbers[at % numbers.length] ?? 0) % below;
    };
    const damagedOnce = Array.from({ length: 9 }, () => damage(page, draw));
    const damagedTenTimes = Array.from({ length: 10 }).reduce<Json>(
      (value) => damage(value, draw),
      page,
    );
    return { page, values: [page, ...damagedOnce, damagedTenTimes] };
  },
);
