/** Pages as JSON, valid and damaged: what the contract and an independent validator both judge. */
import { Arbitrary, Schema } from "effect";

const OpenJson = Schema.Record(Schema.String, Schema.Json);
const few = Schema.isMaxLength(2);
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
    ).check(few),
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
  scores: Schema.Array(Score).check(few),
  tags: Schema.optionalKey(Schema.Json),
});

/** A valid page, with fields that the contract does not know at every level. */
export const Page = Schema.Struct({
  data: Schema.Array(Record).check(few),
  nextCursor: Schema.NullOr(Schema.String),
  hasMore: Schema.Boolean,
  total: Schema.optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  ),
  took: Schema.optionalKey(Schema.Json),
});

type Json = typeof Schema.Json.Type;
type Place = { readonly holder: object; readonly key: string };

const places = (value: Json, found: Array<Place> = []): ReadonlyArray<Place> => {
  if (typeof value !== "object" || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push({ holder: value, key });
    places(Reflect.get(value, key), found);
  }
  return found;
};

const define = (holder: object, key: string, value: Json): void => {
  // Not an assignment: a key such as __proto__ has to become a field of its own.
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
};

const deep = (depth: number): Json => (depth === 0 ? 1 : { "": [deep(depth - 1)] });

const values: ReadonlyArray<() => Json> = [
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
  () => deep(40),
  () => "a1b2c3d4-e5f6-7890-1234-567890abcdef",
  () => "A1B2C3D4-E5F6-7890-1234-567890ABCDEF",
  () => "urn:uuid:a1b2c3d4-e5f6-7890-1234-567890abcdef",
  () => "{a1b2c3d4-e5f6-7890-1234-567890abcdef}",
  () => "a1b2c3d4e5f678901234567890abcdef",
  () => "a1b2c3d4-e5f6-7890-1234-567890abcdeg",
  () => "a1b2c3d4-e5f6-7890-1234-567890abcdef\n",
  () => "00000000-0000-0000-0000-000000000000",
];

const keys = [
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

/** Damages a value at one place, in one way, both picked by `draw`; or replaces it as a whole. */
const damage = (page: Json, draw: (below: number) => number): Json => {
  const pick = <A>(from: ReadonlyArray<A>): A => from[draw(from.length)]!;
  const root: { [key: string]: Json } = { page: structuredClone(page) };
  const { holder, key } = pick(places(root));
  switch (draw(4)) {
    case 0:
      Reflect.deleteProperty(holder, key);
      break;
    case 1: {
      const target: Json = Reflect.get(holder, key);
      if (typeof target === "object" && target !== null && !Array.isArray(target)) {
        define(target, pick(keys), pick(values)());
        break;
      }
      define(holder, key, pick(values)());
      break;
    }
    case 2: {
      const target: Json = Reflect.get(holder, key);
      define(holder, key, typeof target === "number" ? String(target) : [target]);
      break;
    }
    default:
      define(holder, key, pick(values)());
  }
  return root["page"] ?? null;
};

const draws = Schema.Array(
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 31 - 1 })),
).check(Schema.isMinLength(40), Schema.isMaxLength(40));

/** A valid page together with ten damaged ones: nine damaged once, and the last damaged ten times. */
export const damaged = Arbitrary.map(
  Arbitrary.all({ page: Arbitrary.schema(Page), draws: Arbitrary.schema(draws) }),
  ({ page, draws: numbers }) => {
    let at = 0;
    const draw = (below: number) => {
      at += 1;
      return (numbers[at % numbers.length] ?? 0) % below;
    };
    const once = Array.from({ length: 9 }, () => damage(page, draw));
    const often = Array.from({ length: 10 }).reduce<Json>((value) => damage(value, draw), page);
    return { page, judged: [page, ...once, often] };
  },
);
