// Preloaded by `pnpm demo` and `pnpm mirror`: Node keeps what it has compiled, so that the next start takes half the time.
// This file is JavaScript, because nothing is cached yet when Node loads it: its types would bring the type stripper in.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/compile"));
