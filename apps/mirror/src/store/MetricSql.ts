/**
 * How Postgres reads the value of a metric in a score: SQL with the meaning of `readScore` in the contract's metrics.
 * Definitions of views take no parameters, so every value stands in the text.
 */
import {
  isOrderRule,
  type MetricPath,
  type MetricReading,
  type MetricValue,
  type PassRule,
} from "@scorecard-effect/contract/metrics";
import { maxCategoryLength } from "@scorecard-effect/contract/metrics/Category";

/** A text as a literal of SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The types of a column that holds the values of a metric. */
export type ValueType = "boolean" | "double precision" | "text";

/** A reading that says where the value is. */
export interface PlacedReading extends MetricReading {
  readonly path: MetricPath;
}

const isPosition = (token: string): boolean => /^(0|[1-9]\d*)$/.test(token);

/**
 * The JSON at a path in a column. Postgres takes `-1` and `01` for positions in a list, and the contract does not: such
 * a name leads to a member of an object only.
 */
const jsonAt = (column: string, path: MetricPath): string =>
  path.reduce((json, token) => {
    const member = `${json} -> ${literal(token)}`;
    const position = `${json} -> ${token}`;
    return isPosition(token) && token.length < 9
      ? `(CASE jsonb_typeof(${json}) WHEN 'array' THEN ${position} ELSE ${member} END)`
      : `(${member})`;
  }, column);

const isType = (json: string, type: string) => `jsonb_typeof(${json}) = '${type}'`;
const textOf = (json: string) => `(${json} #>> '{}')`;
const trimmed = (json: string) => `btrim(${textOf(json)}, E' \\t\\n\\r\\f\\v')`;

// As JSON writes numbers, with spaces around it. The bounds keep it within the range of a double: a view must not fail.
const numberPattern = String.raw`^[ \t\n\r]*-?\d{1,200}(\.\d{1,200})?([eE][-+]?\d{1,2})?[ \t\n\r]*$`;

const booleanOf = (json: string) =>
  `CASE WHEN ${isType(json, "boolean")} THEN ${json} = 'true' WHEN ${json} = '0' THEN false WHEN ${json} = '1' THEN true END`;

const numberOf = (json: string) =>
  `CASE WHEN ${isType(json, "number")} THEN ${textOf(json)}::float8 ` +
  `WHEN ${isType(json, "string")} AND ${textOf(json)} ~ ${literal(numberPattern)} THEN btrim(${textOf(json)}, E' \\t\\n\\r')::float8 END`;

const isCategory = (json: string) =>
  `${isType(json, "string")} AND length(${textOf(json)}) <= ${2 * maxCategoryLength} ` +
  `AND length(${trimmed(json)}) BETWEEN 1 AND ${maxCategoryLength} AND ${trimmed(json)} !~ '[\\n\\r]'`;

const categoryOf = (json: string) =>
  `CASE WHEN jsonb_typeof(${json}) IN ('boolean', 'number') THEN ${textOf(json)} WHEN ${isCategory(json)} THEN ${trimmed(json)} END`;

/** Whether the JSON is a value that a reading without a kind accepts. */
const isAnyValue = (json: string) =>
  `(jsonb_typeof(${json}) IN ('boolean', 'number') OR (${isCategory(json)}))`;

/** Whether a number is the same as a bound, but for rounding. */
const isSame = (number: string, bound: number): string => {
  const close = `abs(${number} - ${float(bound)}) <= 1e-12 * greatest(abs(${number}), ${float(Math.abs(bound))})`;
  const isWhole = `(${number} = trunc(${number}) AND abs(${number}) <= 9007199254740991)`;
  return Number.isSafeInteger(bound)
    ? `(${number} = ${float(bound)} OR (NOT ${isWhole} AND ${close}))`
    : `(${number} = ${float(bound)} OR ${close})`;
};

const float = (number: number): string => `'${number}'::float8`;

/** The type of a reading's values; undefined where the file does not say, and the values themselves must. */
export const typeOf = ({ kind, pass }: MetricReading): ValueType | undefined => {
  if (kind === "boolean") return "boolean";
  if (kind === "number" || (kind === undefined && pass !== undefined && isOrderRule(pass))) {
    return "double precision";
  }
  return kind === "category" ? "text" : undefined;
};

/** The value of a reading, as a type. Null where the score has no such value. */
export const value = ({ kind, path }: PlacedReading, type: ValueType, column = "score"): string => {
  const json = jsonAt(column, path);
  if (type === "text") return categoryOf(json);
  if (type === "double precision") return numberOf(json);
  // Without a kind, the numbers 0 and 1 are numbers.
  return kind === "boolean"
    ? booleanOf(json)
    : `CASE WHEN ${isType(json, "boolean")} THEN ${json} = 'true' END`;
};

const isOneOf = (json: string, values: ReadonlyArray<MetricValue>): string => {
  const tests = values.map((own) => {
    if (typeof own === "boolean") return `${json} = '${own}'`;
    if (typeof own === "string")
      return `(${isType(json, "string")} AND ${trimmed(json)} = ${literal(own)})`;
    // The CASE keeps Postgres from casting what is no number.
    return `CASE WHEN ${isType(json, "number")} THEN ${isSame(`${textOf(json)}::float8`, own)} ELSE false END`;
  });
  return `(${tests.join(" OR ")})`;
};

const numberIsOneOf = (number: string, values: ReadonlyArray<MetricValue>) =>
  `(${values.map((own) => (typeof own === "number" ? isSame(number, own) : "false")).join(" OR ")})`;

const textIsOneOf = (text: string, values: ReadonlyArray<MetricValue>) =>
  `(${values.map((own) => (typeof own === "string" ? `${text} = ${literal(own)}` : "false")).join(" OR ")})`;

const whether = (isTrue: string, { operator }: PassRule) =>
  operator === "!=" ? `NOT ${isTrue}` : isTrue;

/** Whether the value of a reading passes. Null where the score has no value, or the reading has no rule. */
export const pass = ({ kind, path, pass: rule }: PlacedReading, column = "score"): string => {
  const json = jsonAt(column, path);
  if (rule === undefined) return kind === "boolean" ? booleanOf(json) : "NULL::boolean";
  if (isOrderRule(rule)) {
    // A value of another kind is on neither side of a bound.
    if (kind === "boolean") return `CASE WHEN (${booleanOf(json)}) IS NOT NULL THEN false END`;
    if (kind === "category") return `CASE WHEN (${categoryOf(json)}) IS NOT NULL THEN false END`;
    const number = `(${numberOf(json)})`;
    const { operator, bound } = rule;
    const atBound = operator === ">=" || operator === "<=";
    return `CASE WHEN ${number} IS NULL THEN NULL WHEN ${isSame(number, bound)} THEN ${atBound} ELSE ${number} ${operator.slice(0, 1)} ${float(bound)} END`;
  }
  const { values } = rule;
  switch (kind) {
    case "boolean":
      return `CASE WHEN ${isType(json, "string")} THEN NULL WHEN (${booleanOf(json)}) IS NOT NULL THEN ${whether(
        `((${booleanOf(json)}) IN (${["NULL", ...values.filter((own) => typeof own === "boolean")].join(", ")})) IS TRUE`,
        rule,
      )} END`;
    case "number": {
      const number = `(${numberOf(json)})`;
      return `CASE WHEN ${number} IS NULL THEN NULL ELSE ${whether(numberIsOneOf(number, values), rule)} END`;
    }
    case "category":
      // A text that is compared may be longer than a category.
      return (
        `CASE WHEN ${isType(json, "string")} THEN ${whether(textIsOneOf(trimmed(json), values), rule)} ` +
        `WHEN jsonb_typeof(${json}) IN ('boolean', 'number') THEN ${whether(textIsOneOf(textOf(json), values), rule)} END`
      );
    default:
      return `CASE WHEN ${isType(json, "string")} OR ${isAnyValue(json)} THEN ${whether(isOneOf(json, values), rule)} END`;
  }
};

/** The JSON that a reading finds. */
export const json = ({ path }: PlacedReading, column = "score"): string => jsonAt(column, path);
