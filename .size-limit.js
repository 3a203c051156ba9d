/** What an application ships: bundled for browsers, minified and gzipped, with `effect`. */
const shipped = {
  gzip: true,
  modifyEsbuildConfig: (config) => ({ ...config, format: "esm", platform: "browser" }),
};
/** What Node loads: every module that is imported, used or not, with its code minified. */
const loaded = {
  brotli: false,
  modifyEsbuildConfig: (config) => ({
    ...config,
    format: "esm",
    platform: "node",
    ignoreAnnotations: true,
    treeShaking: false,
  }),
};
const contract = { name: "@scorecard-effect/contract", path: "packages/contract/src/index.ts" };
const client = { name: "@scorecard-effect/client", path: "packages/client/src/index.ts" };
const promise = {
  name: "@scorecard-effect/client/promise",
  path: "packages/client/src/promise.ts",
};
const inNode = ({ name, path }) => ({ name: `${name}, loaded in Node`, path });

export default [
  { ...contract, ...shipped, limit: "36 KiB" },
  { ...client, ...shipped, limit: "67 KiB" },
  { ...promise, ...shipped, limit: "45 KiB" },
  { ...inNode(client), ...loaded, limit: "700 KiB" },
  { ...inNode(promise), ...loaded, limit: "700 KiB" },
];
