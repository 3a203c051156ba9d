/** The command: meets each fault of the fake with each way to list a run, and prints what became of the listings. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { FakeRun, FakeScorecard, Faults } from "@scorecard-effect/fixtures";
import { layer } from "@scorecard-effect/fixtures/node";
import { Console, Effect, Layer, Redacted } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import manifest from "../../package.json" with { type: "json" };
import { listings } from "./Listings.ts";
import { allowedMillis, type Outcome, outcomeOf } from "./Outcome.ts";

interface Row {
  readonly fault: string;
  readonly what: string;
  readonly outcomes: { readonly [listing: string]: Outcome };
}

const run = FakeRun.make({ seed: 1, records: 60 });
const ids = Array.from({ length: run.size }, (_, index) => run.record(index).id);

const names = Object.keys(Faults.catalogue)
  .filter(Faults.isFaultName)
  .filter((name) => name !== "recover");

/** Each listing has a fake of its own, whose second request meets the fault. */
const meet = Effect.fnUntraced(function* (fault: Faults.FaultName) {
  const outcomes = yield* Effect.all(
    Object.fromEntries(
      Object.entries(listings).map(([listing, list]) => [
        listing,
        Effect.gen(function* () {
          const { baseUrl, apiKey } = yield* FakeScorecard;
          const target = { baseUrl, apiKey: Redacted.value(apiKey), runId: run.runId };
          return yield* Effect.promise(() => outcomeOf(list, target, ids));
        }).pipe(
          Effect.provide(
            Layer.fresh(layer({ runs: [run], faults: Faults.on(2, Faults.named(fault)) })),
          ),
        ),
      ]),
    ),
    { concurrency: "unbounded" },
  );
  return { fault, what: Faults.catalogue[fault].description, outcomes } satisfies Row;
});

const possible: ReadonlyArray<Outcome> = ["right", "error", "silently wrong", "never ends"];

/** How many faults had each outcome, for each listing. */
const countsOf = (rows: ReadonlyArray<Row>) =>
  Object.keys(listings).map((listing) => ({
    listing,
    counts: possible.map(
      (outcome) => rows.filter(({ outcomes }) => outcomes[listing] === outcome).length,
    ),
  }));

const markdown = (rows: ReadonlyArray<Row>): string =>
  [
    ...table(
      ["fault of the second request", ...Object.keys(listings)],
      rows.map(({ fault, what, outcomes }) => [
        `\`${fault}\`: ${what}`,
        ...Object.keys(listings).map((listing) => outcomes[listing] ?? ""),
      ]),
    ),
    "",
    ...table(
      [`of ${rows.length} faults`, ...possible],
      countsOf(rows).map(({ listing, counts }) => [listing, ...counts.map(String)]),
    ),
  ].join("\n");

const table = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
): ReadonlyArray<string> => {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? title).length)),
  );
  const line = (cells: ReadonlyArray<string>): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
};

const command = Command.make(
  "faults",
  {
    faults: Argument.Literals("fault", names).pipe(
      Argument.withDescription("Which faults to meet; all by default"),
      Argument.variadic(),
    ),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("Write JSON instead of Markdown tables"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn("faults")(function* ({ faults, json }) {
    const rows: Array<Row> = [];
    for (const fault of faults.length === 0 ? names : faults) rows.push(yield* meet(fault));
    yield* Console.log(json ? JSON.stringify(rows, null, 2) : markdown(rows));
  }),
).pipe(
  Command.withDescription(
    `List a run of 60 records, 20 a page, while its second request meets a fault once. "right" means that all records arrived, once, in order and valid. "never ends" means not within ${allowedMillis / 1000} seconds.`,
  ),
);

// A loop that never ends would keep the process alive.
Command.run(command, { version: manifest.version }).pipe(
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({
    teardown: (exit, onExit) => onExit(exit._tag === "Success" ? 0 : 1),
  }),
);
