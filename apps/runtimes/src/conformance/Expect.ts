/** What cases expect. No assertion library: one would have to run in every runtime as well. */

/** Fails with a message unless a condition holds. */
export const expectThat = (condition: boolean, message: string): void => {
  if (!condition) throw new Error(message);
};

/** Expects two values to have the same JSON. */
export const expectEqual = (actual: unknown, expected: unknown, what: string): void => {
  const [actualJson, expectedJson] = [JSON.stringify(actual), JSON.stringify(expected)];
  expectThat(actualJson === expectedJson, `${what}: expected ${expectedJson}, got ${actualJson}`);
};

/** An error, by its shape. */
export interface Caught {
  readonly error: unknown;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** A field of the error. */
  readonly field: (name: string) => unknown;
}

/** Catches what a call throws; fails if it throws nothing. */
export const catchError = async (call: () => Promise<unknown>): Promise<Caught> => {
  let result: unknown;
  try {
    result = await call();
  } catch (error) {
    const field = (name: string): unknown =>
      typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
    return {
      error,
      name: String(field("name")),
      message: String(field("message")),
      stack: String(field("stack")),
      field,
    };
  }
  throw new Error(`Expected an error, got ${JSON.stringify(result)}`);
};

/** Expects an error to have a tag, and fields. */
export const expectError = (
  caught: Caught,
  tag: string,
  fields: { readonly [name: string]: unknown } = {},
): void => {
  const actualTag = caught.field("_tag");
  expectThat(actualTag === tag, `Expected ${tag}, got ${String(actualTag)}: ${caught.message}`);
  for (const [name, value] of Object.entries(fields)) {
    expectEqual(caught.field(name), value, `${tag}.${name}`);
  }
};

/** Expects a text to contain another. */
export const expectText = (text: string, part: string, what: string): void =>
  expectThat(
    text.includes(part),
    `${what}: expected ${JSON.stringify(part)} in ${JSON.stringify(text)}`,
  );

/** Expects a time to lie within bounds, in milliseconds. */
export const expectMillis = (millis: number, least: number, most: number, what: string): void =>
  expectThat(
    millis >= least && millis <= most,
    `${what}: expected ${least} to ${most} ms, got ${Math.round(millis)} ms`,
  );
