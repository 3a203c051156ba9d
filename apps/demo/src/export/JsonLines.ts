/** JSON lines: each record on a line of its own, as it arrived, with the fields that the contract does not know. */
import type { Format } from "./Encoder.ts";

const utf8 = new TextEncoder();

export const format: Format = {
  name: "JSON lines",
  encoder: ({ redact }) => ({
    add: (records) => ({
      bytes: utf8.encode(redact(records.map((record) => `${JSON.stringify(record)}\n`).join(""))),
      isWhole: true,
    }),
    end: () => new Uint8Array(),
  }),
};
