/** openapi-fetch on the OpenAPI document, with a handwritten loop over cursors. Checks nothing. */
import createClient from "openapi-fetch";
import { apiKey } from "../servers/ServedRun.ts";
import type { ReadPages } from "./RunReader.ts";

// The part of what openapi-typescript would generate from openapi.json that is used here.
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

export const open = (baseUrl: string): ReadPages => {
  const client = createClient<Paths>({
    baseUrl,
    headers: { authorization: `Bearer ${apiKey}` },
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
