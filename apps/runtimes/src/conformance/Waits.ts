/** Retries, waits and clocks. */
import { type Case, monotonicMillis, serviceOf } from "./Case.ts";
import { catchError, expectEqual, expectError, expectMillis, expectThat } from "./Expect.ts";

/** How long a call takes. */
const timed = async (call: () => Promise<unknown>): Promise<number> => {
  const start = monotonicMillis();
  await call();
  return monotonicMillis() - start;
};

/** Runs a call while a global is replaced. */
const withGlobal = async (
  target: object,
  name: string,
  value: unknown,
  call: () => Promise<void>,
): Promise<void> => {
  const original: unknown = Reflect.get(target, name);
  Reflect.set(target, name, value);
  try {
    await call();
  } finally {
    Reflect.set(target, name, original);
  }
};

/** A fetch that throws the shape of an error whose class is not the one of this realm. */
const failWithForeignError = async (): Promise<Response> => {
  const foreign: Error = Object.create({ name: "TypeError" });
  const cause = { name: "Error", message: "connect ECONNREFUSED", code: "ECONNREFUSED" };
  throw Object.assign(foreign, { message: "fetch failed", stack: "", cause });
};

export const waits: ReadonlyArray<Case> = [
  {
    name: "retries a service that failed for once",
    run: async () => {
      const service = serviceOf("unavailable-once");
      const client = service.client({ retry: { baseDelay: 50 } });
      expectEqual((await client.toArray("135")).length, 6, "records");
      expectEqual((await service.requests()).length, 4, "requests");
    },
  },
  {
    name: "gives up after the attempts that it may make",
    run: async () => {
      const service = serviceOf("status-503");
      const caught = await service.failure({ retry: { attempts: 3, baseDelay: 10 } });
      expectError(caught, "ServiceError", { attempts: 3 });
      expectEqual((await service.requests()).length, 3, "requests");
    },
  },
  {
    name: "waits as many seconds as a 429 asks for",
    run: async () => {
      const client = serviceOf("limited-once").client({ retry: {} });
      expectMillis(await timed(() => client.getPage("135")), 990, 10_000, "the wait");
    },
  },
  {
    name: "waits until the date of a 429, counted from the response's own Date",
    run: async () => {
      const client = serviceOf("limited-until-date").client({ retry: {} });
      expectMillis(await timed(() => client.getPage("135")), 990, 10_000, "the wait");
    },
  },
  {
    name: "gives up when a 429 asks for more than maxRetryAfter",
    run: async () => {
      const service = serviceOf("limited-long");
      expectError(await service.failure({ retry: {} }), "RateLimited", { attempts: 1 });
    },
  },
  {
    name: "a policy of the caller's own decides",
    run: async () => {
      const service = serviceOf("status-503");
      const seen: Array<unknown> = [];
      const retry = (failed: { readonly attempts: number; readonly error: Error }) => {
        seen.push([failed.attempts, failed.error.name]);
        return failed.attempts < 2 ? 10 : undefined;
      };
      expectError(await service.failure({ retry }), "ServiceError", { attempts: 2 });
      expectEqual(
        seen,
        [
          [1, "ServiceError"],
          [2, "ServiceError"],
        ],
        "failed attempts",
      );
    },
  },
  {
    name: "a 429 pauses the other listings of the client",
    run: async () => {
      const service = serviceOf("limited-once");
      const client = service.client({ retry: {} });
      const first = client.getPage("135");
      await service.requestsUntil(({ length }) => length === 1);
      // The answer has to arrive before the second listing starts.
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      await client.getPage("135");
      await first;
      const [limited, ...others] = await service.requests();
      for (const { at } of others) {
        expectMillis(at - (limited?.at ?? 0), 950, 5000, "a request after the 429");
      }
      expectEqual(others.length, 2, "requests after the 429");
    },
  },
  {
    name: "keeps to a rate limit",
    run: async () => {
      const service = serviceOf("whole");
      const client = service.client({ rateLimit: { requests: 2, window: 600 } });
      await Promise.all([client.getPage("135"), client.toArray("135")]);
      const times = (await service.requests()).map(({ at }) => at);
      expectEqual(times.length, 4, "requests");
      for (const [index, at] of times.slice(2).entries()) {
        expectMillis(at - (times[index] ?? 0), 450, 5000, "every third request");
      }
    },
  },
  {
    name: "a clock that is set back while it waits delays nothing",
    run: async () => {
      const client = serviceOf("limited-once").client({ retry: {} });
      const { now } = Date;
      let offset = 0;
      await withGlobal(
        Date,
        "now",
        () => now.call(Date) + offset,
        async () => {
          setTimeout(() => {
            offset = -3_600_000;
          }, 300);
          expectMillis(await timed(() => client.getPage("135")), 990, 10_000, "the wait");
        },
      );
    },
  },
  {
    name: "a program that blocks the event loop causes no timeout",
    run: async () => {
      const service = serviceOf("slow");
      const pages = service.client({ timeout: 1000 }).listPages("135")[Symbol.asyncIterator]();
      await pages.next();
      // The next page is being fetched.
      await service.requestsUntil(({ length }) => length === 2);
      const until = monotonicMillis() + 1300;
      while (monotonicMillis() < until);
      expectThat((await pages.next()).done !== true, "The listing ended");
      await pages.return?.();
      expectEqual((await service.requests())[1]?.isAborted, false, "aborted");
    },
  },
  {
    name: "looks the global fetch up for each request",
    run: async () => {
      const client = serviceOf("whole").client();
      const original = globalThis.fetch;
      let calls = 0;
      const counting: typeof fetch = (...request) => {
        calls += 1;
        return original.call(globalThis, ...request);
      };
      await client.getPage("135");
      await withGlobal(globalThis, "fetch", counting, async () => {
        await client.getPage("135");
      });
      await client.getPage("135");
      expectEqual(calls, 1, "calls of the replaced fetch");
    },
  },
  {
    name: "needs no AbortSignal.any",
    run: async () => {
      const service = serviceOf("whole");
      await withGlobal(AbortSignal, "any", undefined, async () => {
        const { signal } = new AbortController();
        expectEqual((await service.client().toArray("135", { signal })).length, 6, "records");
      });
    },
  },
  {
    name: "an error of another realm keeps its reason",
    run: async () => {
      const caught = await catchError(() =>
        serviceOf("whole").client({ fetch: failWithForeignError }).getPage("135"),
      );
      expectError(caught, "TransportError");
      expectThat(caught.message.includes("ECONNREFUSED"), `The message is ${caught.message}`);
    },
  },
];
