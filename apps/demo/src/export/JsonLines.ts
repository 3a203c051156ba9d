/** JSON lines: each record on a line of its own, as it arrived, with the fields that the contract does not know. */
import type { Format } from "./Encoder.ts";
import * as TextBytes from "./TextBytes.ts";

export const format: Format = {
  name: "JSON lines",
  hasColumns: false,
  encoder: ({ redact }) => {
    const text = TextBytes.make();
    return {
      add: (records) => {
        for (const record of records) {
          text.add(redact(JSON.stringify(record)));
          text.add("\n");
        }
        return { bytes: text.take(), isWhole: true };
      },
      end: () => new Uint8Array(),
      remarks: () => [],
    };
  },
};
