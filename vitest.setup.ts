import { Arbitrary } from "effect";

// Properties are checked on the same values in every run, unless PROPERTY_SEED names another seed; "random" draws one
// (vitest.shared.ts). A failure prints the token that replays it.
Arbitrary.configureGlobal({ check: { seed: process.env["PROPERTY_SEED"] ?? 1 } });
