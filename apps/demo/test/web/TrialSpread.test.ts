import { assert, describe, it } from "@effect/vitest";
import { deviationOf, spreadWords } from "../../web/components/TrialSpread.ts";

describe("The spread of trials", () => {
  it("is that of the metric's own kind: other values are invalid", () => {
    const mixed = [true, 30, false, 0, "C"];
    assert.strictEqual(spreadWords(mixed, { kind: "boolean" }), "1 × pass, 1 × fail");
    assert.strictEqual(
      spreadWords(mixed, { kind: "number", unit: "ms" }),
      "0 to 30 ms, SD 21.21 ms",
    );
    assert.strictEqual(spreadWords(mixed, { kind: "category" }), "");
    assert.isUndefined(deviationOf(mixed, { kind: "boolean" }));
  });

  it("is none where numbers differ by rounding", () => {
    assert.strictEqual(spreadWords([0.3, 0.1 + 0.2], { kind: "number" }), "all the same");
    assert.strictEqual(deviationOf([0.3, 0.1 + 0.2], { kind: "number" }), 0);
    assert.isUndefined(deviationOf([0.3, null], { kind: "number" }));
  });
});
