/** What checking a page costs beyond parsing it. */
import { isRecordPage, RecordPage } from "@scorecard-effect/contract";
import openapi from "@scorecard-effect/contract/openapi.json" with { type: "json" };
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Schema } from "effect";
import type { Bench, Contender } from "../harness/Bench.ts";
import { pageTexts } from "../servers/Pages.ts";
import { recordsPerPage } from "../servers/ServedRun.ts";

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const { schema } =
  openapi.paths["/runs/{runId}/records"].get.responses["200"].content["application/json"];
const isPublished = ajv.compile({ ...schema, components: openapi.components });
const isInterpreted = Schema.is(RecordPage);

const pages = pageTexts(10);

const contender = (name: string, accepts: (page: unknown) => boolean): Contender => ({
  name,
  open: () =>
    Promise.resolve(async (records) => {
      for (let page = 0; page < records / recordsPerPage; page += 1) {
        if (!accepts(JSON.parse(pages[page % pages.length] ?? ""))) {
          throw new Error(`${name} rejects a valid page`);
        }
      }
    }),
});

export const contract: Bench = {
  name: "contract",
  module: import.meta.url,
  what: "parse and check a page of 100 records of 1.5 KB with 3 scores",
  units: { count: 10_000, name: "record" },
  rounds: 15,
  quick: { count: 1_000, rounds: 2 },
  contenders: [
    contender("JSON.parse alone", () => true),
    contender("JSON.parse + isRecordPage", isRecordPage),
    contender("JSON.parse + ajv, compiled", (page) => isPublished(page)),
    contender("JSON.parse + Schema.is, interpreted", isInterpreted),
  ],
};
