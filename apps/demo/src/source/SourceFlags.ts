/** The flags that choose an API and a run of it. */
import * as Flags from "@scorecard-effect/contract/cli/Flags";
import { names } from "@scorecard-effect/contract/protocol/ApiConfig";
import type { FakeRun } from "@scorecard-effect/fixtures";
import * as Option from "effect/Option";

/** The flags that choose an API: the same for every command. */
export const api = {
  ...Flags.served,
  preset: Flags.preset,
  tag: Flags.tags(),
  baseUrl: Flags.baseUrl(`Read a real API at this URL, with the key in ${names.apiKey}`),
};

/** The flag that chooses a run, for commands that read one. */
export const run = { run: Flags.run() };

/** The values of {@link api}. */
export interface ApiFlags {
  readonly records: Option.Option<number>;
  readonly seed: Option.Option<number>;
  readonly preset: Option.Option<FakeRun.PresetName>;
  readonly replay: Option.Option<string>;
  readonly baseUrl: Option.Option<string>;
  readonly tag: ReadonlyArray<string>;
}

/** The values of {@link api} and {@link run}. */
export interface RunFlags extends ApiFlags {
  readonly run: Option.Option<string>;
}

/** The names of the given flags that apply to a fake API alone. */
export const fakeOnly = ({ records, seed, preset, replay }: ApiFlags): ReadonlyArray<string> =>
  Object.entries({ records, seed, preset, replay }).flatMap(([name, flag]) =>
    Option.isSome<string | number>(flag) ? [name] : [],
  );
