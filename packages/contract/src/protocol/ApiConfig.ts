/**
 * The environment variables that name a real API and its key, for the client and for every command that reads an API.
 */
import * as Config from "effect/Config";
import { environment, productionUrl } from "../ApiDefaults.ts";

/** The names of the variables, for messages. */
export const names = environment;

/** The API key, if it is set. */
export const apiKey = Config.option(Config.Redacted(names.apiKey));

/** The base URL, if it is set. */
export const configuredUrl = Config.option(Config.String(names.baseUrl));

/** The base URL; the production service by default. */
export const baseUrl = Config.String(names.baseUrl).pipe(Config.withDefault(productionUrl));
