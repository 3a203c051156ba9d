/** Each error, and what none of them shows. */
import { TransportError, RateLimited } from "@scorecard-effect/client/promise";
import { apiKey, type Case, serviceOf } from "./Case.ts";
import {
  type Caught,
  catchError,
  expectEqual,
  expectError,
  expectText,
  expectThat,
} from "./Expect.ts";

const error = (
  name: string,
  scenario: string,
  tag: string,
  fields: { readonly [name: string]: unknown } = {},
  options: Parameters<ReturnType<typeof serviceOf>["client"]>[0] = {},
): Case => ({
  name,
  run: async () => {
    const service = serviceOf(scenario);
    const caught = await service.failure(options);
    expectError(caught, tag, { runId: "135", attempts: 1, ...fields });
    expectReadable(caught, tag);
    expectNoKey(caught);
  },
});

/** Expects an error that a person can read when it is printed. */
const expectReadable = (caught: Caught, tag: string): void => {
  expectThat(caught.error instanceof Error, "It is no Error");
  expectEqual(caught.name, tag, "name");
  expectThat(caught.message !== "", "The message is empty");
  expectText(`${String(caught.error)}\n${caught.stack}`, caught.message, "text and stack");
};

/** All own properties of an error and its causes, as loggers show them. */
const allOf = (value: unknown, depth = 0): string => {
  if (typeof value !== "object" || value === null || depth > 8) return String(value);
  const names = Object.getOwnPropertyNames(value);
  return names.map((name) => `${name}=${allOf(Reflect.get(value, name), depth + 1)}`).join(";");
};

/** What `console.error` prints of an error, in runtimes that let a program see it. */
const inspected = (thrown: unknown): string =>
  "process" in globalThis && typeof process.getBuiltinModule === "function"
    ? process.getBuiltinModule("node:util").inspect(thrown, { depth: 8, showHidden: true })
    : "";

const expectNoKey = ({ error: thrown, stack }: Caught): void => {
  const texts = [String(thrown), stack, JSON.stringify(thrown), allOf(thrown), inspected(thrown)];
  for (const text of texts) expectThat(!text.includes(apiKey), "The key shows");
};

/** An error whose body is of another form than the documented one. */
const errorForm = (form: string, serverMessage: string): Case => {
  const { name, run } = error(
    `a 404 with ${form} keeps what the server said, and the id of the request`,
    `error-${form}`,
    "RequestRejected",
    { status: 404, apiError: undefined, serverMessage, requestId: "req_7 Bearer <redacted>" },
  );
  return {
    name,
    run: async () => {
      await run();
      const caught = await serviceOf(`error-${form}`).failure();
      expectText(caught.message, `(404): ${serverMessage} (run`, "message");
      expectText(caught.message, 'request "req_7 Bearer <redacted>"', "message");
    },
  };
};

export const errors: ReadonlyArray<Case> = [
  error("401 is Unauthenticated", "status-401", "Unauthenticated", {
    status: 401,
    isRetryable: false,
  }),
  error("404 is RequestRejected", "status-404", "RequestRejected", {
    status: 404,
    isRetryable: false,
  }),
  error("429 is RateLimited, with the wait in milliseconds", "limited-long", "RateLimited", {
    status: 429,
    retryAfter: 3_600_000,
    isRetryable: true,
  }),
  error("500 is ServiceError", "status-500", "ServiceError", { status: 500, isRetryable: true }),
  errorForm("message", "No: Bearer <redacted>"),
  errorForm("nested", "No: Bearer <redacted>"),
  errorForm("problem", "No: Bearer <redacted>"),
  errorForm("text", "No: [31mBearer <redacted>"),
  errorForm("html", "No: Bearer <redacted>"),
  error("a connection that is reset is TransportError", "reset", "TransportError", {
    isRetryable: true,
  }),
  error("a body that breaks off is TransportError", "cut-body", "TransportError"),
  error(
    "headers that do not arrive are RequestTimeout",
    "no-headers",
    "RequestTimeout",
    { timeout: 300 },
    { timeout: 300 },
  ),
  error(
    "a body that stalls is RequestTimeout",
    "stalled-body",
    "RequestTimeout",
    { timeout: 300 },
    { timeout: 300 },
  ),
  error("a page of HTML with status 200 is InvalidResponse", "html", "InvalidResponse", {
    kind: "NotJson",
    status: 200,
    serverMessage: "Please log in, Bearer <redacted>",
  }),
  error("JSON that is no page is InvalidResponse", "schema", "InvalidResponse", {
    kind: "Schema",
    status: 200,
  }),
  error(
    "a body over maxBodyBytes is InvalidResponse",
    "whole",
    "InvalidResponse",
    { kind: "TooLarge" },
    { maxBodyBytes: 100 },
  ),
  error("a malformed record is InvalidResponse", "malformed-record", "InvalidResponse", {
    kind: "Schema",
  }),
  error("a cursor that repeats is PaginationError", "repeated-cursor", "PaginationError", {
    kind: "CursorRepeated",
    cursor: "p2",
  }),
  error("a cursor that is missing is PaginationError", "missing-cursor", "PaginationError", {
    kind: "CursorMissing",
  }),
  error("fewer records than the total are PaginationError", "incomplete", "PaginationError", {
    kind: "Incomplete",
  }),
  {
    name: "errors are instances of the exported classes",
    run: async () => {
      const limited = await serviceOf("limited-long").failure();
      expectThat(limited.error instanceof RateLimited, "It is no RateLimited");
      expectThat(!(limited.error instanceof TransportError), "It is a TransportError");
    },
  },
  {
    name: "a refused connection is TransportError that says so",
    run: async () => {
      // Nothing listens on the discard port.
      const client = serviceOf("whole").client({ baseUrl: "http://127.0.0.1:9" });
      const caught = await catchError(() => client.getPage("135"));
      expectError(caught, "TransportError");
      expectThat(String(caught.field("detail")) !== "", "There is no detail");
    },
  },
  {
    name: "the key shows neither in a client nor in the error of a malformed key",
    run: async () => {
      const { client } = serviceOf("whole");
      for (const text of [JSON.stringify(client()), allOf(client()), inspected(client())]) {
        expectThat(!text.includes(apiKey), "The client shows the key");
      }
      const malformedKey = `${apiKey} with spaces`;
      const caught = await catchError(() => client({ apiKey: malformedKey }).getPage("135"));
      expectError(caught, "InvalidRequest");
      expectNoKey(caught);
    },
  },
];
