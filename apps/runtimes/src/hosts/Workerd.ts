/** Runs the Worker in workerd, under miniflare. */
import { Miniflare } from "miniflare";
import { runAll } from "../conformance/Conformance.ts";

const workerd = new Miniflare({
  modules: true,
  scriptPath: "bundle.js",
  compatibilityDate: "2026-01-01",
});
await runAll(async (name) => {
  const response = await workerd.dispatchFetch("http://worker/", { method: "POST", body: name });
  const { failure }: { readonly failure?: string } = JSON.parse(await response.text());
  return failure;
});
await workerd.dispose();
