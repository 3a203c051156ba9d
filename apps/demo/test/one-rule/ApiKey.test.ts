/** A key has one check, and one set of spellings that are redacted. The tables say what each of its users makes of the same odd inputs; the verdicts are written by hand. */
import { assert, describe, it } from "@effect/vitest";
import { stub, emptyPage, users, printed, outcome } from "../setup/RuleUsers.ts";

describe.each(users)("A key, for %s", (_, user) => {
  it.each(["ak_1", "ak_~!#%&'()*+,-./:;<=>?@[]^_`{|}"])("%j is sent", async (apiKey) => {
    assert.strictEqual(await outcome(user, { apiKey }), "http://x.test/api/runs/135/records");
  });

  it.each([
    "",
    "ak_",
    "AK_any",
    "sk_any",
    " ak_any",
    "ak_any ",
    "ak_a b",
    'ak_"',
    "ak_\\",
    "ak_é",
    5,
  ])("%j is refused", async (apiKey) => {
    assert.match(await outcome(user, { apiKey }), /The API key is malformed/);
    if (typeof apiKey === "string" && apiKey.length > 3) {
      assert.notInclude(await printed(user({ apiKey }, stub(emptyPage).fetch)), apiKey.trim());
    }
  });
});

// Each of these is the key `ak_any-key`, to somebody.
const spelledKeys: ReadonlyArray<string> = [
  "ak_any-key",
  "AK_ANY-KEY",
  "%61k_any-key",
  "%61%6B%5f%61%6E%79%2d%6B%65%79",
  "\\u0061k\\u005Fany\\u002dkey",
  "\\\\u0061k_any-key",
  "ak&#95;any-key",
  "&#x61;k&#x005F;any-key",
  "&#097;k_any-key",
];

describe.each(users)("A key that the service echoes, for %s", (_, user) => {
  it.each(spelledKeys)("%j is redacted", async (spelled) => {
    const body = { code: "NO", message: `Not with ${spelled}!`, details: { spelled } };
    const { fetch } = stub(() => Response.json(body, { status: 403 }));
    // The laws report what they saw; the others fail.
    const text = await user({}, fetch).catch((error: unknown) => String(error));
    assert.include(text, "Not with ");
    for (const other of [spelled, JSON.stringify(spelled).slice(1, -1)]) {
      assert.notInclude(text, other);
    }
  });

  it.each(spelledKeys)("%j is redacted where it is no JSON", async (spelled) => {
    const { fetch } = stub(() => new Response(`<p>${spelled}</p>`, { status: 200 }));
    const text = await user({}, fetch).catch((error: unknown) => String(error));
    assert.notInclude(text, spelled);
  });
});
