import { isDeepStrictEqual } from "node:util";
import type { Change } from "./Change.ts";

interface Json {
  readonly [key: string]: unknown;
}

const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objectAt = (value: Json, key: string): Json => {
  const found = value[key];
  return isJson(found) ? found : {};
};
const listAt = (value: Json, key: string): ReadonlyArray<unknown> => {
  const found = value[key];
  return Array.isArray(found) ? found : [];
};

const lacks = (list: ReadonlyArray<unknown>, value: unknown): boolean =>
  !list.some((own) => isDeepStrictEqual(own, value));

// Parameters by what tells them apart.
const parametersByName = (list: ReadonlyArray<unknown>): Json =>
  Object.fromEntries(
    list
      .filter(isJson)
      .map((own) => [
        "$ref" in own ? String(own["$ref"]) : `${String(own["in"])} ${String(own["name"])}`,
        own,
      ]),
  );

// For people: whatever is said there, requests and responses stay the same.
const prose = new Set([
  "description",
  "summary",
  "title",
  "example",
  "examples",
  "externalDocs",
  "tags",
]);

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Which way a value goes: what users send may be allowed to be more, what they receive may promise more. */
type Direction = "sent" | "received";

/**
 * What changed between two OpenAPI documents of the API, for those who call it. It knows the constructs that our document
 * uses; whatever else differs counts as breaking, rather than being passed over.
 */
export const openApiChanges = (before: Json, after: Json): ReadonlyArray<Change> => {
  const changes: Array<Change> = [];
  const add = (at: string, what: string, breaking: boolean): void => {
    changes.push({ at, what, breaking });
  };

  /** Compares the members of two objects by functions of their own; all others have to be equal. */
  const compare = (
    at: string,
    old: Json,
    now: Json,
    known: { readonly [key: string]: (at: string) => void },
  ): void => {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (prose.has(key) || isDeepStrictEqual(old[key], now[key])) continue;
      const own = Object.hasOwn(known, key) ? known[key] : undefined;
      if (own === undefined) add(`${at}/${key}`, "differs", true);
      else own(`${at}/${key}`);
    }
  };

  /** Compares what two objects hold under names that are free. */
  const entries = (
    at: string,
    old: Json,
    now: Json,
    of: {
      readonly same: (at: string, old: Json, now: Json) => void;
      readonly gone: (name: string) => boolean;
      readonly come: (name: string, value: Json) => boolean;
    },
  ): void => {
    for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
      const [was, is] = [objectAt(old, name), objectAt(now, name)];
      const where = `${at}/${name}`;
      if (!(name in now)) add(where, "is gone", of.gone(name));
      else if (!(name in old)) add(where, "is new", of.come(name, is));
      else if (!isJson(old[name]) || !isJson(now[name])) {
        // Such as a schema that is true or false.
        if (!isDeepStrictEqual(old[name], now[name])) add(where, "differs", true);
      } else of.same(where, was, is);
    }
  };

  // A set of what is possible: it may grow where it is sent, and shrink where it is received.
  const alternatives = (
    at: string,
    old: ReadonlyArray<unknown>,
    now: ReadonlyArray<unknown>,
    direction: Direction,
  ): void => {
    for (const value of old.filter((own) => lacks(now, own))) {
      add(at, `${JSON.stringify(value)} is gone`, direction === "sent");
    }
    for (const value of now.filter((own) => lacks(old, own))) {
      add(at, `${JSON.stringify(value)} is new`, direction === "received");
    }
  };

  const types = (schema: Json): ReadonlyArray<unknown> =>
    Array.isArray(schema["type"]) ? listAt(schema, "type") : [schema["type"]];

  const schema = (direction: Direction) => {
    const self = (at: string, old: Json, now: Json): void => {
      // A limit that comes or goes; one that moves is judged as a limit that differs.
      const limit = (key: string) => (where: string) => {
        if (key in old && key in now) add(where, "differs", true);
        else add(where, key in now ? "is new" : "is gone", key in now === (direction === "sent"));
      };
      const limits = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "pattern",
        "format",
        "minLength",
        "maxLength",
      ];
      compare(at, old, now, {
        ...Object.fromEntries(limits.map((key) => [key, limit(key)])),
        // No type at all is every type: not a matter of alternatives.
        ...("type" in old && "type" in now
          ? { type: (where: string) => alternatives(where, types(old), types(now), direction) }
          : {}),
        ...("enum" in old && "enum" in now
          ? {
              enum: (where: string) =>
                alternatives(where, listAt(old, "enum"), listAt(now, "enum"), direction),
            }
          : {}),
        ...("anyOf" in old && "anyOf" in now
          ? {
              anyOf: (where: string) =>
                alternatives(where, listAt(old, "anyOf"), listAt(now, "anyOf"), direction),
            }
          : {}),
        required: (where) => {
          const [was, is] = [listAt(old, "required"), listAt(now, "required")];
          for (const name of was.filter((own) => !is.includes(own))) {
            add(where, `${String(name)} is gone`, direction === "received");
          }
          for (const name of is.filter((own) => !was.includes(own))) {
            add(where, `${String(name)} is new`, direction === "sent");
          }
        },
        properties: (where) =>
          entries(where, objectAt(old, "properties"), objectAt(now, "properties"), {
            same: self,
            gone: () => true,
            // Whether it has to be sent is a matter of `required`.
            come: () => false,
          }),
        items: inner(direction, old, now, "items"),
      });
    };
    return self;
  };

  // The schema under a key; none at all is one that allows everything.
  const inner = (direction: Direction, old: Json, now: Json, key: string) => (at: string) => {
    const [was = {}, is = {}] = [old[key], now[key]];
    if (isJson(was) && isJson(is)) schema(direction)(at, was, is);
    else add(at, "differs", true);
  };

  const content = (direction: Direction) => (at: string, old: Json, now: Json) =>
    entries(at, old, now, {
      same: (where, was, is) =>
        compare(where, was, is, { schema: inner(direction, was, is, "schema") }),
      gone: () => true,
      come: () => direction === "received",
    });

  const response = (at: string, old: Json, now: Json): void =>
    compare(at, old, now, {
      content: (where) =>
        content("received")(where, objectAt(old, "content"), objectAt(now, "content")),
    });

  const parameters = (
    at: string,
    old: ReadonlyArray<unknown>,
    now: ReadonlyArray<unknown>,
  ): void => {
    entries(at, parametersByName(old), parametersByName(now), {
      same: (where, was, is) =>
        compare(where, was, is, {
          schema: inner("sent", was, is, "schema"),
          required: (own) => add(own, "differs", is["required"] === true),
        }),
      gone: () => true,
      come: (_, is) => is["required"] === true || "$ref" in is,
    });
  };

  const operation = (at: string, old: Json, now: Json): void =>
    compare(at, old, now, {
      parameters: (where) =>
        parameters(where, listAt(old, "parameters"), listAt(now, "parameters")),
      responses: (where) =>
        entries(where, objectAt(old, "responses"), objectAt(now, "responses"), {
          same: response,
          // Callers are told of every failure by its status, known or not; of a success by its body.
          gone: (status) => !/^[45]/.test(status),
          come: (status) => !/^[45]/.test(status),
        }),
    });

  const path = (at: string, old: Json, now: Json): void => {
    const method = (name: string) => (where: string) => {
      if (!(name in now)) add(where, "is gone", true);
      else if (!(name in old)) add(where, "is new", false);
      else operation(where, objectAt(old, name), objectAt(now, name));
    };
    compare(at, old, now, Object.fromEntries(methods.map((name) => [name, method(name)])));
  };

  compare("", before, after, {
    info: () => {},
    paths: (where) =>
      entries(where, objectAt(before, "paths"), objectAt(after, "paths"), {
        same: path,
        gone: () => true,
        come: () => false,
      }),
    components: (where) => {
      const [old, now] = [objectAt(before, "components"), objectAt(after, "components")];
      const named =
        (key: string, same: (at: string, old: Json, now: Json) => void) => (own: string) =>
          entries(own, objectAt(old, key), objectAt(now, key), {
            same,
            gone: () => true,
            come: () => false,
          });
      // Nothing but responses refers to the schemas: the tests see to it.
      compare(where, old, now, {
        schemas: named("schemas", schema("received")),
        responses: named("responses", response),
      });
    },
  });
  return changes;
};
