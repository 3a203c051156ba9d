import { Arbitrary } from "effect";

// Properties are checked on the same values every time, unless PROPERTY_SEED names other ones; "random"
// picks a seed of its own. A failure prints its replay token.
const { PROPERTY_SEED } = process.env;
const seed =
  PROPERTY_SEED === "random" ? Math.floor(Math.random() * 2 ** 31) : (PROPERTY_SEED ?? 1);
if (PROPERTY_SEED === "random") console.log(`PROPERTY_SEED=${seed}`);

Arbitrary.configureGlobal({ check: { seed } });
