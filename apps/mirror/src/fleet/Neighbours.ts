/**
 * Finds runners on other machines that cannot reach this one. Runners talk to each other at the addresses that they
 * register, and a loopback address leads every machine to itself.
 */
import { Effect, Layer, Schema } from "effect";
import { SqlClient } from "effect/sql";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { isIPv4 } from "node:net";
import { SchemaName } from "../store/SchemaName.ts";
import * as Fleet from "./Fleet.ts";

/** Runners of one fleet are on several machines, and this one registers a loopback address. */
class UnreachableRunner extends Schema.TaggedError<UnreachableRunner>()("UnreachableRunner", {
  message: Schema.String,
}) {}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

const machineId = (): string => {
  try {
    return readFileSync("/etc/machine-id", "utf8");
  } catch {
    return "";
  }
};

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host.startsWith("127.");

const marker = (schema: string) => `scorecard-mirror serve ${Fleet.tablePrefix(schema)}`;
const loopback = "loopback";

/**
 * What a runner's sessions are called in `pg_stat_activity`: its fleet, its machine, and whether its address leads
 * other machines to themselves.
 */
export const applicationName = (
  schema: string,
  host: string,
  machine = hash(`${hostname()} ${machineId()}`),
): string => `${marker(schema)} ${machine}${isLoopback(host) ? ` ${loopback}` : ""}`;

/** The first address at which other machines may reach this one, or the loopback address where it has no other. */
export const ownAddress = (): string => {
  const addresses = Object.values(networkInterfaces())
    .flatMap((own) => own ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
    .map(({ address }) => address);
  return addresses.find((address) => isIPv4(address)) ?? addresses[0] ?? "127.0.0.1";
};

/** Fails if this runner's address is of no use to runners on other machines, and warns if theirs is of no use to it. */
export const layer = (host: string) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const schema = yield* SchemaName;
      const own = applicationName(schema, host);
      const sessions = yield* sql<{ readonly name: string }>`
        SELECT DISTINCT application_name AS name FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE ${`${marker(schema)} %`}`;
      const machineOf = (name: string) => name.slice(marker(schema).length + 1).split(" ")[0];
      const others = sessions.filter(({ name }) => machineOf(name) !== machineOf(own));
      if (others.length > 0 && isLoopback(host)) {
        return yield* new UnreachableRunner({
          message: `A runner of this fleet works on another machine, and cannot reach this one at ${host}: give --host this machine's address, or auto`,
        });
      }
      if (others.some(({ name }) => name.endsWith(loopback))) {
        yield* Effect.logWarning(
          "A runner on another machine registers a loopback address, where this one cannot reach it: restart it with --host auto",
        );
      }
      return undefined;
    }),
  );
