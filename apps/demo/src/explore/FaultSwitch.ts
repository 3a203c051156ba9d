/** A switch that makes the fake API fail in a chosen way. */
import { FakeScorecard } from "@scorecard-effect/fixtures";
import { Effect, Option } from "effect";
import type { Meta } from "./ExploreProtocol.ts";

/** The choices: a label for the page, and the rules for the fixtures' `Faults`. */
const choices = {
  none: { label: "works", rules: "" },
  slow: { label: "is slow: 0.5 s a page", rules: "slow 500ms" },
  flaky: { label: "is flaky: 500s and resets", rules: "40 % of requests: 500 or reset" },
  "500": { label: "fails soon: 500", rules: "from request 6: 500" },
  "429": { label: "is busy: 429 for 2 s", rules: "every 5th request: 429 retry-after 2" },
  reset: { label: "resets connections", rules: "reset" },
  html: { label: "is behind a sign-in page", rules: "from request 3: html" },
} as const;

type Choice = keyof typeof choices;

const isChoice = (name: string): name is Choice => Object.hasOwn(choices, name);

/** The switch. It has no choices where the API is real. */
export interface FaultSwitch {
  readonly choices: Meta["faults"];
  /** The name of the current choice; null where there are no choices. */
  readonly current: () => string | null;
  /** Makes a choice, which applies from the next request on. Returns whether there is such a choice. */
  readonly set: (name: string) => Effect.Effect<boolean>;
}

/** The switch of the fake API in the context, if there is one. */
export const make: Effect.Effect<FaultSwitch> = Effect.map(
  Effect.serviceOption(FakeScorecard),
  Option.match({
    onNone: () => ({
      choices: [],
      current: () => null,
      set: () => Effect.succeed(false),
    }),
    onSome: (fake) => {
      let current: Choice = "none";
      return {
        choices: Object.entries(choices).map(([name, { label }]) => ({ name, label })),
        current: () => current,
        set: (name) => {
          if (!isChoice(name)) return Effect.succeed(false);
          current = name;
          return Effect.as(fake.inject(choices[name].rules), true);
        },
      };
    },
  }),
);
