import { afterEach, assert, describe, it } from "@effect/vitest";
import { builtinModule } from "../../src/protocol/BuiltinModule.ts";

const original = Object.getOwnPropertyDescriptor(globalThis, "process");
const replaceProcess = (descriptor: PropertyDescriptor): void => {
  Object.defineProperty(globalThis, "process", { ...descriptor, configurable: true });
};
afterEach(() => {
  if (original !== undefined) Object.defineProperty(globalThis, "process", original);
});
const refuse = (): never => {
  throw new Error("not in this sandbox");
};

describe("builtinModule", () => {
  it("finds a module of Node", () => {
    assert.isDefined(builtinModule("node:http"));
    assert.isUndefined(builtinModule("node:nothing"));
  });

  it.each([
    ["a process without getBuiltinModule", { value: {} }],
    ["no process", { value: undefined }],
    ["a getBuiltinModule that throws", { value: { getBuiltinModule: refuse } }],
    ["a getBuiltinModule that is no function", { value: { getBuiltinModule: "node:http" } }],
    ["a getter of process that throws", { get: refuse }],
  ])("is undefined with %s", (_, descriptor) => {
    replaceProcess(descriptor);
    const found = builtinModule("node:http");
    if (original !== undefined) Object.defineProperty(globalThis, "process", original);
    assert.isUndefined(found);
  });
});
