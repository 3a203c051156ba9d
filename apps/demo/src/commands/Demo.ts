/** The command `demo`: `report` by default, and its subcommands. */
import { Command } from "effect/cli";
import * as CompareCommand from "./CompareCommand.ts";
import * as ExploreCommand from "./ExploreCommand.ts";
import * as ExportCommand from "./ExportCommand.ts";
import * as ImportCommand from "./ImportCommand.ts";
import * as ReportCommand from "./ReportCommand.ts";

export const command = Command.make("demo", ReportCommand.flags, ReportCommand.report).pipe(
  Command.withDescription(
    "Read the records of a Scorecard run and summarise its metrics. Without a subcommand: report",
  ),
  Command.withSubcommands([
    ReportCommand.command,
    ExportCommand.command,
    CompareCommand.command,
    ExploreCommand.command,
    ImportCommand.command,
  ]),
);
