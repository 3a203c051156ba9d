import { Effect, Redacted } from "effect";
import { SqlClient } from "effect/sql";
import * as Database from "./Database.ts";
const q = process.argv[2] ?? "";
const rows = await Effect.runPromise(
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`${sql.literal(q)}`).pipe(
    Effect.provide(Database.layer(Redacted.make(process.env["DATABASE_URL"] ?? ""))),
  ),
);
console.table(rows);
