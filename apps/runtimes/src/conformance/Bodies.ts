/** Encodings and redirects. */
import { apiKey, type Case, serviceOf } from "./Case.ts";
import { catchError, expectEqual, expectError, expectText } from "./Expect.ts";

const decodes = (name: string, scenario: string): Case => ({
  name,
  run: async () => {
    const records = await serviceOf(scenario).client().toArray("135");
    expectEqual(records.length, 6, "records");
    expectEqual(records[0]?.outputs["note"], "日本語", "a text");
  },
});

/** Runtimes differ in what they decode; none may pass off anything else as the records. */
const decodesOrNames = (name: string, scenario: string, encoding: string): Case => ({
  name,
  run: async () => {
    const { client } = serviceOf(scenario);
    const listed = client().toArray("135");
    try {
      await listed;
    } catch {
      const caught = await catchError(() => listed);
      expectError(caught, "InvalidResponse", { kind: "NotJson" });
      expectText(caught.message, encoding, "message");
      return;
    }
    expectEqual((await listed).length, 6, "records");
  },
});

export const bodies: ReadonlyArray<Case> = [
  decodes("reads a body without an encoding", "identity"),
  decodes("decodes gzip", "gzip"),
  decodes("decodes gzip of several members", "gzip-members"),
  decodesOrNames("loses no record to gzip of several members", "gzip-members", "gzip"),
  decodes("decodes deflate", "deflate"),
  decodes("decodes br", "br"),
  decodesOrNames("decodes zstd, or names it", "zstd", "zstd"),
  decodes("undoes two encodings, one upon the other", "stacked"),
  decodes("undoes an encoding that is listed with identity", "stacked-identity"),
  decodes("reads a body that starts with a byte order mark", "bom"),
  {
    name: "names an encoding that it cannot decode",
    run: async () => {
      const caught = await serviceOf("unknown-encoding").failure();
      expectError(caught, "InvalidResponse", { kind: "NotJson" });
      expectText(caught.message, "x-conformance", "message");
    },
  },
  {
    name: "takes the key along on a redirect within the origin",
    run: async () => {
      const service = serviceOf("redirect-same");
      expectEqual((await service.client().getPage("135")).records.length, 2, "records");
      const requests = await service.requests();
      expectEqual(
        requests.map(({ headers }) => headers["authorization"]),
        [`Bearer ${apiKey}`, `Bearer ${apiKey}`],
        "authorization",
      );
    },
  },
  {
    name: "takes the key to no other origin",
    run: async () => {
      const session = crypto.randomUUID();
      const page = await serviceOf("redirect-cross", session).client().getPage("135");
      expectEqual(page.records.length, 2, "records");
      const [redirected] = await serviceOf("redirected", session).requests();
      if (redirected === undefined) throw new Error("The redirect was not followed");
      expectEqual(redirected.headers["authorization"], undefined, "authorization");
      for (const value of Object.values(redirected.headers)) {
        expectEqual(value?.includes(apiKey), false, "a header with the key");
      }
    },
  },
];
