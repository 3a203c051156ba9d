/** What checking a page costs beyond parsing it. */
import { isRecordPage, RecordPage } from "@scorecard-effect/contract";
import openapi from "@scorecard-effect/contract/openapi.json" with { type: "json" };
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Schema } from "effect";
import type { Bench } from "./Bench.ts";
import { pageTexts, recordsPerPage } from "./Pages.ts";

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const { schema } =
  openapi.paths["/runs/{runId}/records"].get.responses["200"].content["application/json"];
const isPublished = ajv.compile({ ...schema, components: openapi.components });
const isInterpreted = Schema.is(RecordPage);

const pages = pageTexts(10);

const contender = (name: string, accepts: (page: unknown) => boolean) => ({
  name,
  run: () => {
    for (const page of pages) {
      if (!accepts(JSON.parse(page))) throw new Error(`${name} refuses a valid page`);
    }
  },
});

export const contract: Bench = {
  name: "contract",
  what: "parse and check a page of 100 records of 1.5 KB with 3 scores",
  units: { count: pages.length * recordsPerPage, name: "record" },
  rounds: 100,
  contenders: [
    contender("JSON.parse alone", () => true),
    contender("JSON.parse + isRecordPage", isRecordPage),
    contender("JSON.parse + ajv, compiled", (page) => isPublished(page)),
    contender("JSON.parse + Schema.is, interpreted", isInterpreted),
  ],
};
