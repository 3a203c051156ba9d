/** Facts of the published API that need no schema. */

/** The page size of a request without `limit`: 20 records (published API, `limit.default`). */
export const defaultLimit = 20;

/**
 * The largest page size that the service serves: 100 records. The published API says so in prose only; its schema has
 * no upper bound for `limit`, and neither has `ListRecordsQuery`.
 */
export const maxLimit = 100;

/** The most tags that a request may name: 50 (published API, `tags.maxItems`). */
export const maxTags = 50;

/** The base URL of the production service. Paths such as `/runs/{runId}/records` are relative to it. */
export const productionUrl = "https://api2.scorecard.io/api/v2";

/** The environment variables that name the API key and the base URL, as the official SDK does. */
export const environment = { apiKey: "SCORECARD_API_KEY", baseUrl: "SCORECARD_BASE_URL" } as const;
