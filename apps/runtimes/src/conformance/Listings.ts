/** Whole listings: what arrives, in which order, and what is sent for it. */
import { createClient, scoreOf } from "@scorecard-effect/client/promise";
import { apiKey, type Case, pause, serviceOf } from "./Case.ts";
import { catchError, expectEqual, expectError, expectText, expectThat } from "./Expect.ts";

const ids = (records: ReadonlyArray<{ readonly id: string }>): string =>
  records.map(({ id }) => id).join(" ");
const allIds = "1 2 3 4 5 6";

/** A reader of a team's own types: a record becomes its answer, which must be below 10. */
const answers = {
  decode: (record: { readonly outputs: { readonly answer: number } }) =>
    record.outputs.answer < 10
      ? { _tag: "Success" as const, success: record.outputs.answer }
      : {
          _tag: "Failure" as const,
          failure: { issues: [{ path: "/outputs/answer", message: "Expected less than 10" }] },
        },
};

export const listings: ReadonlyArray<Case> = [
  {
    name: "lists every record of a run, in order",
    run: async () => {
      const service = serviceOf("whole");
      const records = [];
      for await (const record of service.client().listRecords("135")) records.push(record);
      expectEqual(ids(records), allIds, "records");
      expectEqual(records[0]?.outputs, { answer: 2, "a\nkey": "é", note: "日本語" }, "outputs");
      const requests = await service.requests();
      expectEqual(
        requests.map(({ url }) => url.split("/runs/").at(-1)),
        ["limit=100", "limit=100&cursor=p1", "limit=100&cursor=p2"].map(
          (query) => `135/records?${query}`,
        ),
        "requests",
      );
      for (const { headers } of requests) {
        expectEqual(headers["authorization"], `Bearer ${apiKey}`, "authorization");
        expectEqual(headers["accept"], "application/json", "accept");
      }
    },
  },
  {
    name: "lists pages, each with its own cursor and the next one",
    run: async () => {
      const pages = await serviceOf("whole").client().listPages("135").toArray();
      expectEqual(
        pages.map(({ runId, cursor, nextCursor, total }) => [runId, cursor, nextCursor, total]),
        [
          ["135", undefined, "p1", 6],
          ["135", "p1", "p2", 6],
          ["135", "p2", undefined, 6],
        ],
        "pages",
      );
    },
  },
  {
    name: "fetches one page",
    run: async () => {
      const service = serviceOf("whole");
      const page = await service.client().getPage("135", { cursor: "p1", pageSize: 2 });
      expectEqual(ids(page.records), "3 4", "records");
      const [request, ...others] = await service.requests();
      expectText(request?.url ?? "", "limit=2&cursor=p1", "request");
      expectEqual(others.length, 0, "further requests");
    },
  },
  {
    name: "sends nothing before a listing is iterated",
    run: async () => {
      const service = serviceOf("whole");
      const listing = service.client().listRecords("135");
      await pause(100);
      expectEqual((await service.requests()).length, 0, "requests before");
      await listing.toArray();
      await listing.toArray();
      expectEqual((await service.requests()).length, 6, "requests of two iterations");
    },
  },
  {
    name: "resumes at a cursor, and checks the total with delivered",
    run: async () => {
      const client = serviceOf("whole").client();
      const rest = await client.toArray("135", { cursor: "p1", delivered: 2 });
      expectEqual(ids(rest), "3 4 5 6", "records");
      const caught = await catchError(() => client.toArray("135", { cursor: "p1", delivered: 1 }));
      expectError(caught, "PaginationError", { kind: "Incomplete" });
    },
  },
  {
    name: "sends tags as repeated parameters, with every page and where it resumes",
    run: async () => {
      const service = serviceOf("whole");
      const tags = ["a,b&c", "é", "a,b&c"];
      const sent = "tags=a%2Cb%26c&tags=%C3%A9&tags=a%2Cb%26c";
      const records = await service.client().toArray("135", { tags });
      expectEqual(ids(records), allIds, "records");
      await service.client().getPage("135", { tags, cursor: "p1" });
      expectEqual(
        (await service.requests()).map(({ url }) => url.split("?").at(-1)),
        ["limit=100", "limit=100&cursor=p1", "limit=100&cursor=p2", "limit=100&cursor=p1"].map(
          (query) => `${query}&${sent}`,
        ),
        "queries",
      );
      const caught = await catchError(() => service.client().getPage("135", { tags: [""] }));
      expectError(caught, "InvalidRequest", { attempts: 0 });
    },
  },
  {
    name: "resumes where an error says",
    run: async () => {
      const service = serviceOf("repeated-cursor");
      const caught = await service.failure();
      expectError(caught, "PaginationError");
      const cursor = String(caught.field("cursor"));
      const page = await serviceOf("whole").client().getPage("135", { cursor });
      expectEqual(ids(page.records), "5 6", "records");
    },
  },
  {
    name: "fetches one page ahead, and no more",
    run: async () => {
      const service = serviceOf("whole");
      const pages = service.client().listPages("135")[Symbol.asyncIterator]();
      await pages.next();
      await service.requestsUntil(({ length }) => length === 2);
      await pause(100);
      expectEqual((await service.requests()).length, 2, "requests");
      await pages.return?.();
    },
  },
  {
    name: "fetches nothing ahead with prefetch 0",
    run: async () => {
      const service = serviceOf("whole");
      const pages = service.client().listPages("135", { prefetch: 0 })[Symbol.asyncIterator]();
      await pages.next();
      await pause(100);
      expectEqual((await service.requests()).length, 1, "requests");
      await pages.return?.();
    },
  },
  {
    name: "sends nothing more after a break",
    run: async () => {
      const service = serviceOf("slow");
      for await (const _ of service.client().listRecords("135")) break;
      const sent = (await service.requests()).length;
      expectThat(sent <= 2, `Expected at most 2 requests, got ${sent}`);
      await pause(400);
      expectEqual((await service.requests()).length, sent, "requests after the break");
    },
  },
  {
    name: "delivers a malformed record as a result that is not ok, and continues",
    run: async () => {
      const results = await serviceOf("malformed-record")
        .client()
        .listRecordResults("135")
        .toArray();
      expectEqual(
        results.map(({ ok }) => ok),
        [true, false, true],
        "ok",
      );
      const [, second] = results;
      if (second === undefined || second.ok) throw new Error("The second result is ok");
      expectEqual([second.error.index, second.error.id], [1, "2"], "the malformed record");
      expectThat(second.error.issues.length > 0, "The error says nothing of the record");
      expectThat(second.error instanceof Error, "The error is no Error");
    },
  },
  {
    name: "delivers a record with a pending score as it arrived, and says which score",
    run: async () => {
      const service = serviceOf("pending-score");
      const [first] = await service.client().listRecordResults("135").toArray();
      if (first === undefined || first.ok) throw new Error("The first result is ok");
      const metricConfigId = "a1b2c3d4-e5f6-7890-1234-567890abcdef";
      expectEqual(
        first.error.scores,
        [{ index: 1, metricConfigId, path: "/scores/1/score", isPending: true }],
        "scores",
      );
      const scores = [{ binaryScore: false }, null].map((score) => ({
        recordId: "1",
        metricConfigId,
        score,
      }));
      const arrived = first.error.value;
      expectEqual(
        typeof arrived === "object" && arrived !== null && Reflect.get(arrived, "scores"),
        scores,
        "the record's scores",
      );
      expectError(await service.failure(), "InvalidResponse", {
        kind: "Schema",
        issues: [{ path: "/data/0/scores/1/score", message: "Expected object" }],
      });
    },
  },
  {
    name: "gives records a team's own types, and names the record that does not fit",
    run: async () => {
      const client = serviceOf("whole").client();
      const page = await client.getPage("135", { as: answers });
      expectEqual(page.records, [2, 4], "records");
      const caught = await catchError(() => client.toArray("135", { as: answers }));
      expectError(caught, "RecordMismatch", { id: "5", index: 0, cursor: "p2" });
    },
  },
  {
    name: "reads a metric's score",
    run: async () => {
      const [record] = await serviceOf("whole").client().toArray("135");
      if (record === undefined) throw new Error("There is no record");
      const score = scoreOf(record, "A1B2C3D4-e5f6-7890-1234-567890abcdef");
      expectEqual(score, { binaryScore: false }, "score");
      expectEqual(scoreOf(record, crypto.randomUUID()), undefined, "another metric's score");
    },
  },
  {
    name: "names an option that does not exist, and sends nothing",
    run: async () => {
      const service = serviceOf("whole");
      const misspelt: object = { pagesize: 10 };
      const caught = await catchError(() => service.client().toArray("135", misspelt));
      expectError(caught, "InvalidRequest", { attempts: 0 });
      expectText(caught.message, "pagesize", "message");
      const misspeltOfClient: object = { timeOut: 10 };
      expectText((await service.failure(misspeltOfClient)).message, "timeOut", "message");
      expectEqual((await service.requests()).length, 0, "requests");
    },
  },
  {
    name: "says which variable to set when there is no key",
    run: async () => {
      const client = createClient({ baseUrl: serviceOf("whole").baseUrl });
      const caught = await catchError(() => client.toArray("135"));
      expectError(caught, "InvalidRequest");
      expectText(caught.message, "SCORECARD_API_KEY", "message");
    },
  },
  {
    name: "reads the key from SCORECARD_API_KEY, and the URL from SCORECARD_BASE_URL",
    run: async () => {
      const service = serviceOf("whole");
      const { env } = process;
      env["SCORECARD_API_KEY"] = apiKey;
      env["SCORECARD_BASE_URL"] = service.baseUrl;
      try {
        expectEqual(ids(await createClient().toArray("135")), allIds, "records");
      } finally {
        delete env["SCORECARD_API_KEY"];
        delete env["SCORECARD_BASE_URL"];
      }
    },
  },
  {
    name: "names itself in the User-Agent",
    run: async () => {
      const service = serviceOf("whole");
      await service.client().getPage("135");
      const [request] = await service.requests();
      const userAgent = request?.headers["user-agent"] ?? "";
      expectThat(/^scorecard-effect-client\/\d/.test(userAgent), `Got ${userAgent}`);
    },
  },
];
