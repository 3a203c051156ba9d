/**
 * The engine in its worker: it takes batches in as they come, and answers with views. While records arrive, a new
 * view is made once a few times as long has passed as the last one took.
 */
import type { RowBatch } from "../src/explore/Wire.ts";
import * as Engine from "./Engine.ts";
import { everything, type Query } from "./Query.ts";

/** What the page sends. */
export type Request =
  | { readonly type: "start"; readonly runs: number }
  /** JSON of a `RowBatch`, and of its texts. */
  | { readonly type: "batch"; readonly rows: string; readonly texts: string }
  | { readonly type: "query"; readonly query: Query; readonly asked: number };

/** What it gets back: what to show, for which query, and which question that was. */
export interface Response {
  readonly asked: number;
  readonly query: Query;
  readonly view: Engine.View;
}

let engine = Engine.make(1);
let query = everything;
let asked = 0;
let pending: ReturnType<typeof setTimeout> | undefined;
let cost = 0;

const answer = (): void => {
  clearTimeout(pending);
  pending = undefined;
  const began = performance.now();
  const view = engine.view(query);
  cost = performance.now() - began;
  const response: Response = { asked, query, view };
  postMessage(response, { transfer: [view.records.buffer, view.baselines.buffer] });
};

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  switch (data.type) {
    case "start":
      engine = Engine.make(data.runs);
      break;
    case "batch": {
      const batch: RowBatch = JSON.parse(data.rows);
      const texts: ReadonlyArray<string> = JSON.parse(data.texts);
      engine.add(batch, texts);
      if (batch.start === 0) answer();
      else pending ??= setTimeout(answer, Math.min(1000, Math.max(100, 4 * cost)));
      break;
    }
    case "query":
      ({ query, asked } = data);
      answer();
      break;
  }
});
