/** What a command is connected to. */
import { Layer } from "effect";
import * as Fleet from "../fleet/Fleet.ts";
import * as Database from "../store/Database.ts";
import { MirrorStore } from "../store/MirrorStore.ts";

/** The tables, in the database that `DATABASE_URL` names. */
export const store = Layer.provideMerge(MirrorStore.layer, Database.layerConfig);

/** The tables, and the fleet that works on them. */
export const fleet = Layer.provideMerge(Fleet.layerClient, store);
