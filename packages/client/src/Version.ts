/** The version of this package, for the User-Agent. scripts/version.ts writes it. */
export const version = "0.1.0";
