import { assert, describe, it } from "@effect/vitest";
import { Schema } from "effect";
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api";
import openapi from "../openapi.json" with { type: "json" };
import { ScorecardApi } from "../src/ScorecardApi.ts";
import published from "./data/published-api.json" with { type: "json" };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

// Prose is our own: every description and summary, where it is text. `required` is a set.
const isProse = (key: string, value: unknown): boolean =>
  (key === "description" || key === "summary") && typeof value === "string";

/** Where two documents differ in structure, as JSON Pointers. */
const differences = (ours: unknown, theirs: unknown, path = ""): ReadonlyArray<string> => {
  if (!isObject(ours) || !isObject(theirs) || Array.isArray(ours) !== Array.isArray(theirs)) {
    return Object.is(ours, theirs) ? [] : [path];
  }
  const [a, b] = path.endsWith("/required") ? [setOf(ours), setOf(theirs)] : [ours, theirs];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Array.from(keys).flatMap((key) =>
    isProse(key, a[key] ?? b[key]) ? [] : differences(a[key], b[key], `${path}/${key}`),
  );
};
const setOf = (list: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.values(list).map((member) => [String(member), true]));

describe("The OpenAPI document", () => {
  it("has no structural difference to the published one", () => {
    assert.deepStrictEqual(differences(OpenApi.fromApi(ScorecardApi), published), []);
  });

  it("is what openapi.json holds", () => {
    assert.deepStrictEqual<unknown>(
      JSON.parse(JSON.stringify(OpenApi.fromApi(ScorecardApi))),
      openapi,
    );
  });

  it("describes every schema, field, parameter and response in words", () => {
    const undescribed = (value: unknown, path: string): ReadonlyArray<string> => {
      if (!isObject(value)) return [];
      const describes = /\/(?:properties|schemas|parameters|responses)\/[^/]+$/.test(path);
      const own = describes && !("$ref" in value) && !("description" in value) ? [path] : [];
      return [
        ...own,
        ...Object.entries(value).flatMap(([key, member]) => undescribed(member, `${path}/${key}`)),
      ];
    };
    assert.deepStrictEqual(undescribed(openapi, ""), []);
  });

  it("leaves what others add to the API as it is derived", () => {
    const Health = Schema.Struct({ ok: Schema.Boolean }).annotate({ identifier: "Health" });
    const Extended = ScorecardApi.add(
      HttpApiGroup.make("other").add(HttpApiEndpoint.get("health", "/health", { success: Health })),
    );
    const document = OpenApi.fromApi(Extended);
    assert.deepStrictEqual<unknown>(document.paths["/health"]?.get?.security, []);
    assert.property(document.components.schemas, "Health");
    const { [`/health`]: _, ...paths } = document.paths;
    assert.deepStrictEqual(differences(paths, published.paths), []);
  });
});

describe("The comparison", () => {
  it("finds every structural change", () => {
    let changes = 0;
    const change = (value: unknown, path: string): void => {
      if (!isObject(value)) return;
      for (const [key, member] of Object.entries(value)) {
        if (isProse(key, member)) continue;
        const at = `${path}/${key}`;
        Reflect.set(value, key, "changed");
        assert.isNotEmpty(differences(copy, published), at);
        Reflect.set(value, key, member);
        change(member, at);
        changes += 1;
      }
    };
    const copy = structuredClone(published);
    change(copy, "");
    assert.deepStrictEqual(differences(copy, published), []);
    assert.isAbove(changes, 100);
  });
});
