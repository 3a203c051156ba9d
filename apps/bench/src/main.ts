import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { Console, Effect } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import manifest from "../package.json" with { type: "json" };
import { type Bench, type Figures, measure } from "./Bench.ts";
import { contract } from "./Contract.ts";

const benches: ReadonlyArray<Bench> = [contract];

const table = ({ name, what, units }: Bench, figures: ReadonlyArray<Figures>): string => {
  const width = Math.max(...figures.map(({ contender }) => contender.length));
  return [
    `${name}: ${what}`,
    ...figures.map(
      ({ contender, nanoseconds, ratio }) =>
        `  ${contender.padEnd(width)}  ${nanoseconds.toFixed(0).padStart(8)} ns/${units.name}  ${ratio.toFixed(3)}x`,
    ),
    "",
  ].join("\n");
};

const command = Command.make(
  "bench",
  {
    names: Argument.Literals(
      "name",
      benches.map(({ name }) => name),
    ).pipe(Argument.withDescription("Which benches to run; all by default"), Argument.variadic()),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("Write one JSON document to stdout instead of tables"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn("bench")(function* ({ names, json }) {
    const results: Array<object> = [];
    for (const bench of benches) {
      if (names.length > 0 && !names.includes(bench.name)) continue;
      const figures = yield* Effect.promise(() => measure(bench));
      if (!json) yield* Console.log(table(bench, figures));
      const { name, what, units, rounds } = bench;
      results.push({ name, what, unit: units.name, rounds, node: process.version, figures });
    }
    if (json) yield* Console.log(JSON.stringify(results, null, 2));
  }),
).pipe(Command.withDescription("Time the toolkit against bare loops"));

Command.run(command, { version: manifest.version }).pipe(
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain,
);
