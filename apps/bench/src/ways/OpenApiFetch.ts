/** openapi-fetch on the OpenAPI document, and a loop over cursors written by hand. Checks nothing. */
import createClient from "openapi-fetch";
import type { ReadPages } from "./ReadRun.ts";

// What openapi-typescript would make of openapi.json, as far as it is used: gone at run time.
interface Query {
  readonly limit: number;
  readonly cursor?: string;
}
interface Paths {
  readonly "/runs/{runId}/records": {
    readonly get: {
      readonly parameters: { readonly path: { readonly runId: string }; readonly query: Query };
      readonly responses: {
        readonly 200: {
          readonly content: {
            readonly "application/json": {
              readonly data: Array<{ readonly scores: Array<unknown> }>;
              readonly nextCursor: string | null;
            };
          };
        };
      };
    };
  };
}

export const open = (server: string): ReadPages => {
  const client = createClient<Paths>({
    baseUrl: server,
    headers: { authorization: "Bearer ak_bench" },
  });
  return async (runId, consume) => {
    let query: Query = { limit: 100 };
    for (;;) {
      const { data: page } = await client.GET("/runs/{runId}/records", {
        params: { path: { runId }, query },
      });
      if (page === undefined) throw new Error("The request failed");
      await consume(page.data);
      if (page.nextCursor === null) return;
      query = { limit: 100, cursor: page.nextCursor };
    }
  };
};
