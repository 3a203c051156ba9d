import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { Console, Effect } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import manifest from "../package.json" with { type: "json" };
import type { Bench } from "./Bench.ts";
import type { Count, Counts } from "./Count.ts";
import { bench as contract } from "./Contract.ts";
import { bench as fixtures } from "./Fixtures.ts";
import { bench as fixturesPage } from "./FixturesPage.ts";
import { bench as fixturesStart } from "./FixturesStart.ts";
import * as History from "./History.ts";
import { bench as imports } from "./Import.ts";
import { bench as keys } from "./Keys.ts";
import { bench as memory } from "./Memory.ts";
import { bench as mirror } from "./Mirror.ts";
import { counts as mirrorCrash } from "./MirrorCrash.ts";
import { bench as mirrorFleet } from "./MirrorFleet.ts";
import { bench as mirrorMemory } from "./MirrorMemory.ts";
import { bench as overlap } from "./Overlap.ts";
import { race, serve } from "./Race.ts";
import { list, table } from "./Report.ts";
import { bench as runs } from "./Runs.ts";
import { counts as size } from "./Size.ts";
import { bench as stream } from "./Stream.ts";

const benches: ReadonlyArray<Bench> = [
  stream,
  overlap,
  runs,
  memory,
  imports,
  contract,
  keys,
  fixtures,
  fixturesPage,
  fixturesStart,
  mirror,
  mirrorFleet,
  mirrorMemory,
];

const counted: ReadonlyArray<Counts> = [size, mirrorCrash];

const flag = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false));

const command = Command.make(
  "bench",
  {
    names: Argument.Literals(
      "name",
      [...benches, ...counted].map(({ name }) => name),
    ).pipe(Argument.withDescription("Which benches to run; all by default"), Argument.variadic()),
    json: flag("json", "Write one JSON document to stdout instead of tables"),
    quick: flag("quick", "Short runs, to try the benches: their figures say little"),
    record: flag("record", "Append the medians to history.jsonl, with the commit"),
  },
  Effect.fn("bench")(function* ({ names, json, quick, record }) {
    const server = yield* serve;
    const asked = (name: string): boolean =>
      names.length === 0 || names.some((own) => name === own || name.startsWith(`${own}-`));
    const results: Array<History.Result> = [];
    for (const bench of benches) {
      if (!asked(bench.name)) continue;
      const figures = yield* Effect.promise(() => race(bench, server, quick));
      if (!json) yield* Console.log(table(bench, figures));
      const { name, what, units } = bench;
      results.push({ name, what, unit: `${units.time ?? "ns"}/${units.name}`, figures });
    }
    if (record) History.append(results);
    const counts: Array<{ name: string; what: string; figures: ReadonlyArray<Count> }> = [];
    for (const own of counted) {
      if (!asked(own.name)) continue;
      const figures = yield* Effect.promise(() => own.measure(quick));
      if (!json) yield* Console.log(list(own, figures));
      counts.push({ name: own.name, what: own.what, figures });
    }
    if (json) yield* Console.log(JSON.stringify([...results, ...counts], null, 2));
  }, Effect.scoped),
).pipe(Command.withDescription("Time the toolkit against bare loops"));

Command.run(command, { version: manifest.version }).pipe(
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain,
);
