/** What a command is connected to. */
import { Effect, Layer } from "effect";
import * as Fleet from "../fleet/Fleet.ts";
import * as Neighbours from "../fleet/Neighbours.ts";
import { SqlClient } from "effect/sql";
import * as Database from "../store/Database.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import { SchemaName } from "../store/SchemaName.ts";
import * as Source from "../store/Source.ts";
import * as GlobalFlags from "./GlobalFlags.ts";

/** The database that `DATABASE_URL` names, and in it the schema of `--schema`. */
const database = Layer.unwrap(
  Effect.map(GlobalFlags.schema, (schema) => Database.layerConfig({ schema })),
);

/** The database, for a command whose API is the one that it holds the runs of. */
const withSource = <E, R>(layer: Layer.Layer<SqlClient.SqlClient | SchemaName, E, R>) =>
  Layer.effectDiscard(Effect.flatMap(GlobalFlags.source, Source.claim)).pipe(
    Layer.provideMerge(layer),
  );

/** The database of a runner that registers this host. It fails where runners on other machines cannot reach the host. */
export const runnerDatabase = (host: string, options: Omit<Database.Options, "schema">) =>
  Layer.provideMerge(
    Neighbours.layer(host),
    withSource(
      Layer.unwrap(
        Effect.map(GlobalFlags.schema, (schema) =>
          Database.layerConfig({
            ...options,
            schema,
            applicationName: Neighbours.applicationName(schema, host),
          }),
        ),
      ),
    ),
  );

/** The tables. */
export const store = Layer.provideMerge(MirrorStore.layer, database);

/** The tables, for a command that only reads them: a standby will do. */
export const reader = Layer.provideMerge(
  MirrorStore.layer,
  Layer.unwrap(
    Effect.map(GlobalFlags.schema, (schema) =>
      Database.layerConfig({ schema, allowReadOnly: true }),
    ),
  ),
);

/** The tables, for a command whose API is the one that they hold the runs of. */
export const sourceStore = Layer.provideMerge(MirrorStore.layer, withSource(database));

/** The tables, and the fleet that works on them. */
export const fleet = Layer.provideMerge(Fleet.layerClient, store);

/** The tables and the fleet, for a command whose API is the one that they hold the runs of. */
export const sourceFleet = Layer.provideMerge(Fleet.layerClient, sourceStore);
