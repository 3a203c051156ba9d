/** Which modules a program loads, in a process of its own. */
import { Schema } from "effect";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const hook = `
  import { registerHooks } from "node:module";
  import { writeSync } from "node:fs";
  const urls = [];
  registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
  process.once("exit", () => writeSync(2, JSON.stringify(urls)));
`;

const decodeUrls = Schema.decodeSync(Schema.fromJsonString(Schema.Array(Schema.String)));

/** Runs a program that prints nothing on stderr. Returns the URLs of the modules that it loads, without Node's own. */
export const loadedModules = async (
  main: string,
  args: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> => {
  const { stderr } = await promisify(execFile)(process.execPath, [
    "--import",
    `data:text/javascript,${encodeURIComponent(hook)}`,
    main,
    ...args,
  ]);
  return decodeUrls(stderr).filter((url) => url.startsWith("file:"));
};

/** The package of a module: its name, or the folder in this repository. */
export const packageOf = (url: string): string =>
  /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ??
  /\/((?:packages|apps)\/[^/]+)\//.exec(url)?.[1] ??
  url;
