/** Runs the list as a test of Jest or Vitest. */
import { runAll } from "../conformance/Conformance.ts";

// Both runners define it.
declare const test: (name: string, run: () => Promise<void>, timeout: number) => void;

test("conformance", async () => {
  await runAll();
}, 300_000);
