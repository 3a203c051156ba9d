/** The exit codes of `mirror`. The README's table and the code take them from here. */

/** The command did what was asked. */
export const done = 0;
/** The command could not do what was asked. */
export const failed = 1;
/** The command line is wrong: an unknown flag, an invalid value, or nothing to work on. */
export const wrongUse = 2;
/** Some runs are not whole (`run --wait`, `status --watch`), or the tables differ (`verify`). */
export const notWhole = 3;
/** The command was interrupted. A runner that SIGTERM ends exits with {@link done}. */
export const interrupted = 130;
