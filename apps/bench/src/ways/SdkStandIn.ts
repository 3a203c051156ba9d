/**
 * Stands in for an official SDK, which checks nothing: `fetch`, `response.text()`, `JSON.parse`, and an async generator
 * that yields one record at a time. A timer aborts a request after 60 seconds and is cleared when its headers arrive.
 */

/** What the SDK knows of a record. */
interface SdkRecord {
  readonly scores: ReadonlyArray<unknown>;
}

interface SdkPage {
  readonly data: ReadonlyArray<SdkRecord>;
  readonly nextCursor: string | null;
}

interface SdkOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
}

const timeoutMillis = 60_000;

/** Lists the records of runs, 100 a page. */
export class SdkStandIn {
  readonly #options: SdkOptions;

  constructor(options: SdkOptions) {
    this.#options = options;
  }

  async *listRecords(runId: string): AsyncGenerator<SdkRecord, void, undefined> {
    for await (const page of this.#listPages(runId)) {
      for (const record of page.data) yield record;
    }
  }

  async *#listPages(runId: string): AsyncGenerator<SdkPage, void, undefined> {
    let query: { readonly [name: string]: string } = { limit: "100" };
    for (;;) {
      const page = await this.#getPage(runId, query);
      yield page;
      if (page.nextCursor === null) return;
      query = { limit: "100", cursor: page.nextCursor };
    }
  }

  async #getPage(runId: string, query: { readonly [name: string]: string }): Promise<SdkPage> {
    const url = new URL(`${this.#options.baseUrl}/runs/${encodeURIComponent(runId)}/records`);
    url.search = new URLSearchParams(query).toString();
    const response = await this.#fetchWithTimeout(url.toString());
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return JSON.parse(await response.text());
  }

  async #fetchWithTimeout(url: string): Promise<Response> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeoutMillis);
    try {
      return await fetch(url, {
        method: "GET",
        headers: this.#headers(),
        signal: controller.signal,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #headers(): Headers {
    const headers = new Headers({
      accept: "application/json",
      "user-agent": "StandIn/JS 1.0.0",
      "x-sdk-retry-count": "0",
      "x-sdk-timeout": String(timeoutMillis / 1000),
      "x-sdk-lang": "js",
      "x-sdk-package-version": "1.0.0",
      "x-sdk-os": "Linux",
      "x-sdk-arch": "x64",
      "x-sdk-runtime": "node",
      "x-sdk-runtime-version": process.version,
    });
    headers.set("authorization", `Bearer ${this.#options.apiKey}`);
    return headers;
  }
}
