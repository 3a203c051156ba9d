/** One client for many requests of a program: nothing of a call may live as long as the client. */
import { type Case, serviceOf } from "./Case.ts";
import { catchError, expectEqual, expectError } from "./Expect.ts";

// Made when the module is evaluated, which is outside of any request in a Worker.
const atModuleScope = serviceOf("slow", "module-scope").client();

let lazily: ReturnType<ReturnType<typeof serviceOf>["client"]> | undefined;
let retrying: typeof lazily;
let limited: typeof lazily;

const listsAll = async (client: typeof atModuleScope): Promise<void> => {
  expectEqual((await client.toArray("135")).length, 6, "records");
  expectEqual((await client.getPage("135", { cursor: "p1" })).records.length, 2, "a page");
};

export const sharing: ReadonlyArray<Case> = [
  {
    name: "one client lists several runs at once",
    run: async () => {
      const service = serviceOf("slow");
      const client = service.client();
      const all = await Promise.all([1, 2, 3].map(() => client.toArray("135")));
      expectEqual(
        all.map(({ length }) => length),
        [6, 6, 6],
        "records",
      );
      expectEqual((await service.requests()).length, 9, "requests");
    },
  },
  {
    name: "a client made at module scope serves many requests",
    calls: 3,
    run: () => listsAll(atModuleScope),
  },
  {
    name: "a client made by the first request serves many requests",
    calls: 3,
    run: () => {
      lazily ??= serviceOf("slow", "lazily").client();
      return listsAll(lazily);
    },
  },
  {
    name: "a client that pauses after a 429 serves many requests",
    calls: 3,
    run: () => {
      retrying ??= serviceOf("limited-once", "lazily").client({ retry: {} });
      return listsAll(retrying);
    },
  },
  {
    name: "a client with a rate limit serves many requests",
    calls: 3,
    run: () => {
      limited ??= serviceOf("whole", "limited").client({ rateLimit: { requests: 3, window: 100 } });
      return listsAll(limited);
    },
  },
  {
    name: "a failed call leaves the client usable",
    run: async () => {
      const service = serviceOf("slow");
      const client = service.client({ timeout: 50 });
      expectError(await catchError(() => client.getPage("135")), "RequestTimeout");
      const patient = service.client();
      await catchError(() => patient.getPage("135", { pageSize: 0 }));
      await listsAll(patient);
    },
  },
];
