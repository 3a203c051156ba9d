/** Runs the list in the process itself: Node, Bun, Deno. */
import { runAll } from "../conformance/Conformance.ts";

await runAll();
// A runtime that keeps something open would not end by itself.
process.exit(0);
