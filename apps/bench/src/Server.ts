/**
 * The server of the benches, in a process of its own: bare node:http that sends ready-made pages from memory,
 * so that it is no part of what is measured. It keeps no state: `/{kind}/{delay}/runs/{pages}/records` is a run
 * of so many pages of a kind, each sent after so many milliseconds. What follows the number of pages makes it another run:
 * `100-a`. Ten pages are made ready, and sent again and again; of the kind `unique` no two records have the same id.
 */
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";
import { type Kind, pageTexts } from "./Pages.ts";
import { recordsPerPage } from "./PageSize.ts";

// A page without its end, which says where the next one is.
const startsOf = (kind: Kind): ReadonlyArray<Buffer> =>
  pageTexts(10, kind).map((text) => Buffer.from(text.slice(0, text.lastIndexOf(',"hasMore":'))));
const starts = new Map([
  ["plain", startsOf("plain")],
  ["odd", startsOf("odd")],
]);

// Where an id of the first ten pages begins: with these three digits, and three that tell records of ten pages apart.
const idStart = /(?<="(?:id|recordId)":")100(?=\d{3}")/;
const uniqueStarts = pageTexts(10).map((text) =>
  text.slice(0, text.lastIndexOf(',"hasMore":')).split(idStart),
);
const startOf = (kind: string, page: number): Buffer | undefined =>
  kind === "unique"
    ? Buffer.from(uniqueStarts[page % 10]?.join(String(100 + Math.floor(page / 10))) ?? "")
    : starts.get(kind)?.[page % 10];

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, kind = "", delay = "", , size = ""] = pathname.split("/");
  const page = Number(searchParams.get("cursor") ?? 0);
  const pages = Number.parseInt(size, 10);
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
// Ends with the bench that started it, however that ends.
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : undefined);
});
