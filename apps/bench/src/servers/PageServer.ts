/**
 * The server that contenders read from: bare `node:http` that sends prepared pages from memory. It keeps no state.
 * `/{kind}/{delay}/runs/{pages}/records` is a run of that many pages of a kind, each sent after that many milliseconds;
 * what follows the number of pages, as in `100-a`, makes it another run. See `ServedRun.ts`.
 */
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";
import { pageTexts } from "./Pages.ts";
import { recordsPerPage } from "./ServedRun.ts";
import { endWithParent, listen, report } from "./ServerProcess.ts";

endWithParent();

const preparedPages = 10;

/** Prepared pages without their ends, which depend on the run: they say where the next page is. */
const pageStarts = (kind: "plain" | "odd" | "trials"): ReadonlyArray<string> =>
  pageTexts(preparedPages, kind).map((text) => text.slice(0, text.lastIndexOf(',"hasMore":')));
const plainStarts = pageStarts("plain");
const sharedStarts = new Map([
  ["plain", plainStarts.map((text) => Buffer.from(text))],
  ["odd", pageStarts("odd").map((text) => Buffer.from(text))],
]);

// The ids of the prepared records have six digits and begin with "100": the last three tell the records apart, and
// other first digits make other ids.
const idPrefix = /(?<="(?:id|recordId|testcaseId)":")100(?=\d{3}")/;
const uniqueParts = new Map([
  ["unique", plainStarts.map((text) => text.split(idPrefix))],
  ["trials", pageStarts("trials").map((text) => text.split(idPrefix))],
]);

const startOf = (kind: string, page: number): Buffer | undefined => {
  const parts = uniqueParts.get(kind)?.[page % preparedPages];
  return parts === undefined
    ? sharedStarts.get(kind)?.[page % preparedPages]
    : Buffer.from(parts.join(String(100 + Math.floor(page / preparedPages))));
};

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, kind = "", delay = "", , runId = ""] = pathname.split("/");
  const page = Number(searchParams.get("cursor") ?? 0);
  const pages = Number.parseInt(runId, 10);
  const start = startOf(kind, page);
  if (start === undefined || !(page < pages)) {
    response.writeHead(404).end();
    return;
  }
  const hasMore = page + 1 < pages;
  const nextCursor = hasMore ? String(page + 1) : null;
  const total = pages * recordsPerPage;
  const end = `,${JSON.stringify({ hasMore, nextCursor, total }).slice(1)}`;
  const send = (): void => {
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": start.length + Buffer.byteLength(end),
    });
    response.write(start);
    response.end(end);
  };
  if (delay === "0") send();
  else void setTimeout(Number(delay)).then(send);
});

report({ origin: await listen(server), paths: [] });
