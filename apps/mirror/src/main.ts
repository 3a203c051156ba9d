/**
 * The process of `mirror`. Node keeps what it has compiled, so that later starts take less than half the time. It does so
 * for modules that are imported after this line alone.
 */
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "../../../node_modules/.cache/compile"));
await import("./Program.ts");
