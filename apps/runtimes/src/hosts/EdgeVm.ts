/** Runs the list in the VM of Next's edge functions. */
import { EdgeVM } from "@edge-runtime/vm";
import { readFileSync } from "node:fs";

const vm = new EdgeVM();
vm.evaluate(readFileSync("bundle.js", "utf8"));
await vm.evaluate("conformance");
process.exit(0);
