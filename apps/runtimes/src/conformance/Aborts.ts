/** What ends a listing early: signals at each stage of a request, and a client that closes. */
import { type Case, pause, type Service, serviceOf } from "./Case.ts";
import { catchError, expectEqual, expectThat } from "./Expect.ts";

const reason = new Error("The caller has changed its mind");

/** Aborts a listing once the service has received a request; expects the signal's reason at once. */
const abortInFlight = async (service: Service): Promise<void> => {
  const controller = new AbortController();
  const failure = catchError(() => service.client().toArray("135", { signal: controller.signal }));
  await service.requestsUntil(({ length }) => length === 1);
  await pause(100);
  controller.abort(reason);
  expectThat((await failure).error === reason, "It does not throw the signal's reason");
  const requests = await service.requestsUntil(([first]) => first?.isAborted === true);
  expectEqual(requests.length, 1, "requests");
};

export const aborts: ReadonlyArray<Case> = [
  {
    name: "aborted before it sends: throws the reason, sends nothing",
    run: async () => {
      const service = serviceOf("whole");
      const { signal } = abortedController();
      const listed = await catchError(() => service.client().toArray("135", { signal }));
      expectThat(listed.error === reason, "A listing does not throw the signal's reason");
      const fetched = await catchError(() => service.client().getPage("135", { signal }));
      expectThat(fetched.error === reason, "getPage does not throw the signal's reason");
      expectEqual((await service.requests()).length, 0, "requests");
    },
  },
  {
    name: "aborted before the headers: throws the reason, ends the request",
    run: () => abortInFlight(serviceOf("no-headers")),
  },
  {
    name: "aborted within the body: throws the reason, ends the request",
    run: () => abortInFlight(serviceOf("stalled-body")),
  },
  {
    name: "aborted between pages: throws the reason, sends nothing more",
    run: async () => {
      const service = serviceOf("whole");
      const controller = new AbortController();
      const { signal } = controller;
      const listing = service.client().listPages("135", { signal, prefetch: 0 });
      const pages = listing[Symbol.asyncIterator]();
      await pages.next();
      controller.abort(reason);
      expectThat((await catchError(() => pages.next())).error === reason, "Not the reason");
      expectEqual((await pages.next()).done, true, "done after the reason");
      expectEqual((await service.requests()).length, 1, "requests");
    },
  },
  {
    name: "aborted while it waits to retry: throws the reason",
    run: async () => {
      const service = serviceOf("limited-long");
      const controller = new AbortController();
      const { signal } = controller;
      const client = service.client({ retry: { maxRetryAfter: "2 hours" } });
      const failure = catchError(() => client.toArray("135", { signal }));
      await service.requestsUntil(({ length }) => length === 1);
      await pause(50);
      controller.abort(reason);
      expectThat((await failure).error === reason, "It does not throw the signal's reason");
    },
  },
  {
    name: "close aborts the running listings, and refuses new ones",
    run: async () => {
      const service = serviceOf("no-headers");
      const client = service.client();
      const failure = catchError(() => client.toArray("135"));
      await service.requestsUntil(({ length }) => length === 1);
      await client.close();
      expectEqual((await failure).name, "AbortError", "the running listing");
      await service.requestsUntil(([first]) => first?.isAborted === true);
      expectEqual((await catchError(() => client.getPage("135"))).name, "AbortError", "a new call");
    },
  },
];

const abortedController = (): AbortController => {
  const controller = new AbortController();
  controller.abort(reason);
  return controller;
};
