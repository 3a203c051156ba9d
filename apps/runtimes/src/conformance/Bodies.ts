/** Encodings and redirects. */
import { apiKey, type Case, serviceOf } from "./Case.ts";
import { expectEqual, expectError, expectText } from "./Expect.ts";

const decodes = (name: string, scenario: string): Case => ({
  name,
  run: async () => {
    const records = await serviceOf(scenario).client().toArray("135");
    expectEqual(records.length, 6, "records");
    expectEqual(records[0]?.outputs["note"], "日本語", "a text");
  },
});

export const bodies: ReadonlyArray<Case> = [
  decodes("reads a body without an encoding", "identity"),
  decodes("decodes gzip", "gzip"),
  decodes("decodes gzip of several members", "gzip-members"),
  {
    name: "loses no record to gzip of several members",
    run: async () => {
      const service = serviceOf("gzip-members");
      try {
        expectEqual((await service.client().toArray("135")).length, 6, "records");
      } catch {
        const caught = await service.failure();
        expectError(caught, "InvalidResponse", { kind: "NotJson" });
        expectText(caught.message, "gzip", "message");
      }
    },
  },
  decodes("decodes deflate", "deflate"),
  decodes("decodes br", "br"),
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
