/**
 * Modules of Node, where the runtime has any and lets the program read them; undefined elsewhere. Not imports, which
 * bundles for browsers could not resolve.
 *
 * The type parameter states the part of the module that its caller uses.
 */
// The caller states the type of what comes, as with an import of untyped code.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export const builtinModule = <Module>(name: `node:${string}`): Module | undefined => {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const { process } = globalThis as {
      readonly process?: { readonly getBuiltinModule?: (name: string) => Module | undefined };
    };
    return process?.getBuiltinModule?.(name);
  } catch {
    // Sandboxes guard `process` with getters and functions that throw.
    return undefined;
  }
};
