/** The flags and arguments of each command. This file loads nothing that only a handler needs: `--help` reads it. */
import { port, text, toggle, wholeNumber } from "@scorecard-effect/contract/cli/Flags";
import * as Config from "effect/Config";
import * as Cron from "effect/Cron";
import * as Redacted from "effect/Redacted";
import type * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Capacity from "../run/Capacity.ts";
import * as Policy from "../run/Policy.ts";
import { defaultRefresh } from "../run/RefreshSchedule.ts";
import { defaultConnections } from "../store/DefaultConnections.ts";
import { duration } from "./DurationFlag.ts";
import * as Flags from "./Flags.ts";
import * as MemoryFlag from "./MemoryFlag.ts";
import * as SelectionFlags from "./SelectionFlags.ts";

/** What a handler is given for the parameters of its command. */
export type Values<Of extends Command.Command.Config> = Command.Command.Config.Infer<Of>;

/** `mirror run`: starts runs. */
export const run = {
  ...SelectionFlags.selection,
  ...SelectionFlags.files,
  wait: toggle("wait", "Wait until the runs are complete; exit with 3 if some are not"),
} satisfies Command.Command.Config;

/** `mirror status`: the states of runs. */
export const status = {
  ...SelectionFlags.selection,
  json: toggle("json", "Print one JSON document on one line instead of a table"),
  watch: toggle("watch", "Print it every second, until no run is running"),
} satisfies Command.Command.Config;

/** `mirror pause`, `resume` and `cancel`: the transitions of selected runs. */
export const selected = SelectionFlags.selection;

/** `mirror views`. */
export const views = {
  metrics: Flag.String("metrics").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("The metrics file: names, paths and pass rules of metrics"),
  ),
  dbt: text("dbt", { metavar: "FILE", description: "Write a source file of dbt beside them" }),
} satisfies Command.Command.Config;

/** `mirror forget`. */
export const forget = { run: Flags.run } satisfies Command.Command.Config;

/** `mirror serve`: a runner. */
export const serve = {
  host: Flag.String("host").pipe(
    Flag.withDescription(
      "The address at which the other runners reach this one; auto is the machine's own (default MIRROR_HOST, or 127.0.0.1)",
    ),
    Flag.withFallbackConfig(Config.String("MIRROR_HOST")),
    Flag.withDefault("127.0.0.1"),
  ),
  port: port("port", { min: 1, description: "The port to listen on (default 34431)" }).pipe(
    Flag.withDefault(34431),
  ),
  health: port("health", {
    min: 1,
    description: "Serve /health/live, /health/ready and /metrics on this port of the same host",
  }).pipe(Flag.optional),
  logFormat: Flag.Literals("log-format", ["text", "json"]).pipe(
    Flag.withDescription(
      "Log text or JSON, one line for each entry (default MIRROR_LOG_FORMAT, or text)",
    ),
    Flag.withFallbackConfig(Config.Literals(["text", "json"], "MIRROR_LOG_FORMAT")),
    Flag.withDefault("text" as const),
  ),
  onParked: Flag.Redacted("on-parked").pipe(
    Flag.withMetavar("URL"),
    Flag.withDescription(
      "Send a POST to this URL when a run is parked, signed with MIRROR_HOOK_SECRET (default MIRROR_ON_PARKED)",
    ),
    Flag.withFallbackConfig(Config.Redacted("MIRROR_ON_PARKED")),
    Flag.filter(
      (url) => /^https?:$/.test(URL.parse(Redacted.value(url))?.protocol ?? ""),
      () => "Expected an http or https URL",
    ),
    Flag.optional,
  ),
  limit: Flags.limit,
  refresh: Flag.String("refresh").pipe(
    Flag.withMetavar("CRON"),
    Flag.withDescription(
      `When to look for complete runs that are to be refreshed (default ${defaultRefresh})`,
    ),
    Flag.withDefault(defaultRefresh),
    Flag.mapTryCatch(
      (expression) => {
        const cron = Cron.parseUnsafe(expression);
        // Throws for a time that never comes, such as the 30th of February.
        Cron.next(cron);
        return cron;
      },
      () => `Expected a cron expression with a next time, such as ${defaultRefresh}`,
    ),
  ),
  chunk: wholeNumber("chunk", {
    min: 1,
    metavar: "PAGES",
    description: `How many pages one activity of the workflow copies (default ${Capacity.defaults.chunk})`,
  }).pipe(Flag.withDefault(Capacity.defaults.chunk)),
  concurrency: wholeNumber("concurrency", {
    min: 1,
    metavar: "RUNS",
    description: `How many runs this runner reads at once (default ${Capacity.defaults.concurrency})`,
  }).pipe(Flag.withDefault(Capacity.defaults.concurrency)),
  connections: wholeNumber("connections", {
    min: 2,
    metavar: "N",
    description: `The most connections to the database that this runner opens (default ${defaultConnections}). One of them holds its locks`,
  }).pipe(Flag.withDefault(defaultConnections)),
  refreshFor: duration(
    "refresh-for",
    "How long after its last change a complete run is mirrored again by itself, more and more rarely (default 7d; 0s: not at all)",
  ).pipe(Flag.withDefault(Policy.defaults.refreshFor)),
  memory: MemoryFlag.memory(
    "memory",
    "How much memory this runner may use, such as 512m or 2g: it holds as many pages as fit (default: the limit of its container)",
  ).pipe(Flag.optional),
  patience: duration(
    "patience",
    "How long a run is retried if the service sends no page, or refuses a key that it accepted before, until the run is parked (default 1h)",
  ).pipe(Flag.withDefault(Policy.defaults.patience)),
} satisfies Command.Command.Config;

/** `mirror verify`: compares a run with what the service lists now. */
export const verify = { run: Flags.run, limit: Flags.limit } satisfies Command.Command.Config;
