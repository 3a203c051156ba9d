/**
 * The server of the benches, in a process of its own: bare node:http that sends ready-made pages from memory,
 * so that it is no part of what is measured. It keeps no state: `/{kind}/{delay}/runs/{pages}/records` is a run
 * of so many pages of a kind, each sent after so many milliseconds.
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

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, kind = "", delay = "", , size = ""] = pathname.split("/");
  const page = Number(searchParams.get("cursor") ?? 0);
  const pages = Number(size);
  const start = starts.get(kind)?.[page % 10];
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
