import { assert, describe, it } from "@effect/vitest";
import { Schema } from "effect";
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api";
import openapi from "../openapi.json" with { type: "json" };
import { ScorecardApi } from "../src/ScorecardApi.ts";
import published from "./data/published-api-2026-07.json" with { type: "json" };
import firstPublished from "./data/published-api.json" with { type: "json" };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

// Prose may differ: descriptions and summaries that are text, or missing, on both sides.
const isProse = (key: string, ...sides: ReadonlyArray<unknown>): boolean =>
  (key === "description" || key === "summary") &&
  sides.every((value) => value === undefined || typeof value === "string");

/** Finds where two documents differ in structure, as JSON Pointers. Compares `required` lists as sets. */
const findDifferences = (ours: unknown, theirs: unknown, path = ""): ReadonlyArray<string> => {
  if (!isObject(ours) || !isObject(theirs) || Array.isArray(ours) !== Array.isArray(theirs)) {
    return Object.is(ours, theirs) ? [] : [path];
  }
  const isSet = path.endsWith("/required") && Array.isArray(ours);
  const [a, b] = isSet ? [sorted(ours), sorted(theirs)] : [ours, theirs];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Array.from(keys).flatMap((key) => {
    if (Object.hasOwn(a, key) && Object.hasOwn(b, key) && !isProse(key, a[key], b[key])) {
      return findDifferences(a[key], b[key], `${path}/${key}`);
    }
    return isProse(key, a[key], b[key]) ? [] : [`${path}/${key}`];
  });
};
const sorted = (list: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.values(list)
      .map(String)
      .toSorted((left, right) => (left < right ? -1 : 1))
      .entries(),
  );

describe("The OpenAPI document", () => {
  it("has no structural difference from the published one", () => {
    assert.deepStrictEqual(findDifferences(OpenApi.fromApi(ScorecardApi), published), []);
  });

  it("differs from the one that was published first by the parameter tags alone", () => {
    const { parameters } = firstPublished.paths["/runs/{runId}/records"].get;
    const tags = `/paths//runs/{runId}/records/get/parameters/${parameters.length}`;
    for (const document of [OpenApi.fromApi(ScorecardApi), published]) {
      assert.deepStrictEqual(findDifferences(document, firstPublished), [tags]);
    }
    const added: unknown = openapi.paths["/runs/{runId}/records"].get.parameters.at(-1);
    assert.deepInclude(added, {
      in: "query",
      name: "tags",
      schema: { type: "array", maxItems: 50, items: { type: "string", minLength: 1 } },
    });
  });

  it("equals openapi.json", () => {
    assert.deepStrictEqual<unknown>(
      JSON.parse(JSON.stringify(OpenApi.fromApi(ScorecardApi))),
      openapi,
    );
  });

  it("describes every schema, field, parameter and response", () => {
    const undescribed = (value: unknown, path: string): ReadonlyArray<string> => {
      if (!isObject(value)) return [];
      const needsDescription = /\/(?:properties|schemas|parameters|responses)\/[^/]+$/.test(path);
      const own = needsDescription && !("$ref" in value) && !("description" in value) ? [path] : [];
      return [
        ...own,
        ...Object.entries(value).flatMap(([key, member]) => undescribed(member, `${path}/${key}`)),
      ];
    };
    assert.deepStrictEqual(undescribed(openapi, ""), []);
  });

  it("keeps the derived form of what others add to the API", () => {
    const Health = Schema.Struct({
      ok: Schema.NullOr(Schema.Literals(["yes", "no"])),
      either: Schema.Union([Schema.Struct({ a: Schema.Int }), Schema.Struct({ b: Schema.String })]),
      rates: Schema.Record(Schema.String, Schema.Finite),
      anyOf: Schema.NullOr(Schema.Array(Schema.String)),
    }).annotate({ identifier: "Health" });
    const group = HttpApiGroup.make("other").add(
      HttpApiEndpoint.get("health", "/health", { success: Health }),
    );
    const document = OpenApi.fromApi(ScorecardApi.add(group));
    const alone = OpenApi.fromApi(HttpApi.make("Alone").add(group));
    assert.deepStrictEqual<unknown>(document.paths["/health"]?.get, {
      ...alone.paths["/health"]?.get,
      security: [],
    });
    assert.deepStrictEqual(
      document.components.schemas["Health"],
      alone.components.schemas["Health"],
    );
    const { "/health": _, ...paths } = document.paths;
    assert.deepStrictEqual(findDifferences(paths, published.paths), []);
  });
});

describe("The comparison of documents", () => {
  it("finds every structural change", () => {
    let changes = 0;
    const change = (value: unknown, path: string): void => {
      if (!isObject(value)) return;
      Reflect.set(value, "added", 1);
      assert.isNotEmpty(findDifferences(copy, published), `${path} added to`);
      Reflect.deleteProperty(value, "added");
      for (const [key, member] of Object.entries(value)) {
        if (isProse(key, member)) continue;
        const at = `${path}/${key}`;
        Reflect.set(value, key, "changed");
        assert.isNotEmpty(findDifferences(copy, published), at);
        Reflect.deleteProperty(value, key);
        assert.isNotEmpty(findDifferences(copy, published), `${at} removed`);
        Reflect.set(value, key, member);
        change(member, at);
        changes += 1;
      }
    };
    const copy = structuredClone(published);
    change(copy, "");
    assert.deepStrictEqual(findDifferences(copy, published), []);
    assert.isAbove(changes, 100);
  });
});
