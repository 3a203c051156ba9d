/** The command: runs benches, and reports or records what they measured. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { Console, Effect } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import manifest from "../package.json" with { type: "json" };
import { commands } from "./benches/Commands.ts";
import { contract } from "./benches/Contract.ts";
import { demoMemory, demoTime } from "./benches/Demo.ts";
import { fixtures, fixturesPage, fixturesStart } from "./benches/Fixtures.ts";
import { imports } from "./benches/Import.ts";
import { overlap, runs } from "./benches/Latency.ts";
import { memory, mirrorMemory } from "./benches/Memory.ts";
import { mirror, mirrorCrash, mirrorFleet } from "./benches/Mirror.ts";
import { mirrorPod } from "./benches/MirrorPod.ts";
import { script } from "./benches/Script.ts";
import { size } from "./benches/Size.ts";
import { cold, keys, stream } from "./benches/Stream.ts";
import { type Bench, unitOf } from "./harness/Bench.ts";
import type { BoundedCount, BoundedCounts } from "./harness/BoundedCount.ts";
import * as History from "./harness/History.ts";
import { race } from "./harness/Race.ts";
import { list, table } from "./harness/Report.ts";
import { startPageServer } from "./servers/ServerProcess.ts";
import { install } from "./ways/Installed.ts";

const races: ReadonlyArray<Bench> = [
  stream,
  cold,
  script,
  overlap,
  runs,
  memory,
  imports,
  contract,
  keys,
  fixtures,
  fixturesPage,
  fixturesStart,
  demoTime,
  demoMemory,
  mirror,
  mirrorFleet,
  mirrorMemory,
];

const counts: ReadonlyArray<BoundedCounts> = [size, commands, mirrorPod, mirrorCrash];

const flag = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false));

const pageServer = Effect.acquireRelease(Effect.promise(startPageServer), ({ stop }) =>
  Effect.sync(stop),
);

const command = Command.make(
  "bench",
  {
    names: Argument.Literals(
      "name",
      [...races, ...counts].map(({ name }) => name),
    ).pipe(Argument.withDescription("Which benches to run; all by default"), Argument.variadic()),
    json: flag("json", "Write one JSON document to stdout instead of tables"),
    quick: flag("quick", "Short runs, to try the benches: their figures mean little"),
    record: flag("record", "Append the medians to history.jsonl, with the commit"),
  },
  Effect.fn("bench")(function* ({ names, json, quick, record }) {
    yield* Effect.promise(install);
    const server = yield* pageServer;
    // A name stands for the benches that it begins, too: "mirror" runs "mirror-fleet".
    const isSelected = ({ name }: { readonly name: string }): boolean =>
      names.length === 0 || names.some((own) => name === own || name.startsWith(`${own}-`));

    const results: Array<History.Result> = [];
    for (const bench of races.filter(isSelected)) {
      const figures = yield* Effect.promise(() => race(bench, server.origin, quick));
      if (!json) yield* Console.log(table(bench, figures));
      results.push({ name: bench.name, what: bench.what, unit: unitOf(bench), figures });
    }
    if (record) History.append(results);

    const counted: Array<{ name: string; what: string; figures: ReadonlyArray<BoundedCount> }> = [];
    for (const own of counts.filter(isSelected)) {
      const figures = yield* Effect.promise(() => own.measure(quick));
      if (!json) yield* Console.log(list(own, figures));
      counted.push({ name: own.name, what: own.what, figures });
    }
    if (json) yield* Console.log(JSON.stringify([...results, ...counted], null, 2));
  }, Effect.scoped),
).pipe(Command.withDescription("Measure the toolkit against bare loops"));

Command.run(command, { version: manifest.version }).pipe(
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain,
);
