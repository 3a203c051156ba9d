/** What a command prints before the first record. */
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import type { Source } from "../source/Source.ts";
import { paragraph } from "../terminal/Layout.ts";
import type { Screen } from "../terminal/Screen.ts";

/** The name that starts every line on stderr. */
export const program = "demo";

/** Prints the source's warning on stderr. */
export const printNote = ({ note }: Source): Effect.Effect<void> =>
  note === undefined ? Effect.void : Complaint.print(program, note);

/** Prints the title of a report. */
export const printTitle = (title: string, { width }: Screen): Effect.Effect<void> =>
  Console.log(`${paragraph(title, width)}\n`);
