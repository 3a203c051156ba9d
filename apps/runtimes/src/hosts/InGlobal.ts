/** Puts the run in the global scope, for a host that evaluates a script: an edge VM, a page. */
import { runAll } from "../conformance/Conformance.ts";

Reflect.set(globalThis, "conformance", runAll());
