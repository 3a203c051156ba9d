/** A runtime: what it takes to have it, and how it runs the conformance list. */

import type { Versions } from "../../../scripts/packages.ts";

/** A runtime of the table. */
export interface Runtime {
  readonly name: string;
  /** The name that the table shows. */
  readonly title: string;
  /** What npm installs for a run, beside the client. Their versions stand in the table. */
  readonly packages: Versions;
  /** What it takes from the workspace, for the table. */
  readonly fromWorkspace?: Versions;
  /** The module of `hosts/` that runs in the folder of the run, bundled, as `file`; its packages stay imports. */
  readonly host?: { readonly module: string; readonly file: string };
  /** The module of `hosts/` that is bundled with all its packages, as `bundle.js`. */
  readonly bundle?: { readonly module: string; readonly format: "esm" | "iife" };
  /** Further files of the folder. */
  readonly files?: { readonly [name: string]: string };
  /** The command that runs the list in that folder; `FILES_URL` in it is where the folder is served. */
  readonly command: string;
  /** Cases that are not applicable, with the reason: see `Setting`. */
  readonly exclusions?: { readonly [caseName: string]: string };
}
