import { assert, describe, it } from "@effect/vitest";
import { Arbitrary, Redacted, Result, Schema } from "effect";
import * as ApiKey from "../../src/protocol/ApiKey.ts";
import * as ErrorBody from "../../src/protocol/ErrorBody.ts";
import * as Json from "../../src/protocol/Json.ts";
import * as TerminalText from "../../src/protocol/TerminalText.ts";

const contentOf = (text: string): ErrorBody.BodyContent => ({
  text,
  json: Result.try(() => Json.parse(text)),
});

const inJson: ReadonlyArray<readonly [body: unknown, message: string | undefined]> = [
  // As the API documents errors, but for one field.
  [{ message: "No such run" }, "No such run"],
  [{ code: "NOT_FOUND", message: "No such run" }, "NOT_FOUND: No such run"],
  [{ code: "NOT_FOUND", message: "No such run", details: null }, "NOT_FOUND: No such run"],
  [{ code: 404, message: "No such run", details: {} }, "No such run"],
  [
    { code: "NOT_FOUND", message: "", details: null },
    '{"code":"NOT_FOUND","message":"","details":null}',
  ],
  // RFC 9457, with its own example.
  [
    {
      type: "https://example.com/probs/out-of-credit",
      title: "You do not have enough credit.",
      detail: "Your current balance is 30, but that costs 50.",
      instance: "/account/12345/msgs/abc",
    },
    "You do not have enough credit. Your current balance is 30, but that costs 50.",
  ],
  [{ type: "about:blank", title: "Not Found", status: 404 }, "Not Found"],
  [{ title: "Gone", detail: "Since May" }, "Gone: Since May"],
  [{ title: "Gone", detail: "Gone since May" }, "Gone since May"],
  // Wrapped.
  [{ error: { message: "Rate limit reached" } }, "Rate limit reached"],
  [
    { error: { code: "rate_limit", message: "Rate limit reached", type: "requests" } },
    "rate_limit: Rate limit reached",
  ],
  [
    { error: { code: 403, message: "The caller has no permission", status: "PERMISSION_DENIED" } },
    "The caller has no permission",
  ],
  [{ success: false, error: "text" }, "text"],
  [{ error: "text" }, "text"],
  [
    { error: "invalid_token", error_description: "The token expired" },
    "invalid_token: The token expired",
  ],
  [
    { statusCode: 404, error: "Not Found", message: "Route not found" },
    "Not Found: Route not found",
  ],
  [
    {
      statusCode: 400,
      error: "Bad Request",
      message: ["limit must be positive", "cursor is empty"],
    },
    "Bad Request: limit must be positive; cursor is empty",
  ],
  [{ errors: [{ code: "E1", message: "one" }, { message: "two" }] }, "E1: one; two"],
  [{ errors: ["a", "b", "c", "d"] }, "a; b; c"],
  [{ data: null, errors: [{ message: "graph" }] }, "graph"],
  // Frameworks and gateways.
  [{ detail: "Not Found" }, "Not Found"],
  [{ error: "Not Found", detail: "No run 9" }, "Not Found: No run 9"],
  [
    { detail: [{ loc: ["query", "limit"], msg: "Input should be positive" }] },
    "Input should be positive",
  ],
  [{ Message: "User is not authorized" }, "User is not authorized"],
  [{ errorMessage: "Task timed out after 3.00 seconds" }, "Task timed out after 3.00 seconds"],
  [
    { fault: { faultstring: "Invalid ApiKey", detail: { errorcode: "oauth.v2.InvalidApiKey" } } },
    "Invalid ApiKey",
  ],
  // Anything else that says something is its own message.
  [{ status: 503, upstream: "db" }, '{"status":503,"upstream":"db"}'],
  ["just a text", "just a text"],
  [["one", "two"], "one; two"],
  [[{ message: "first" }], "first"],
  // What says nothing.
  [{}, undefined],
  [[], undefined],
  [null, undefined],
  [5, undefined],
  ["  ", undefined],
];

const inText: ReadonlyArray<readonly [name: string, body: string, message: string | undefined]> = [
  ["plain text", "upstream connect error\n", "upstream connect error"],
  ["half of an ApiError", '{"code":"INTERNAL_ERROR","mess', '{"code":"INTERNAL_ERROR","mess'],
  [
    "the title of a page in HTML",
    "<!doctype html>\n<HTML lang=en><head><style>title{}</style><TITLE class='x'>\n 502 Bad&nbsp;Gateway &#8212; nginx&#x2F;1.27 </TITLE></head><body><h1>Oh</h1>",
    "502 Bad Gateway — nginx/1.27",
  ],
  [
    "the heading of a page without a title",
    "<html><title> </title><h1><b>503</b> Service Unavailable</h1>No server.</html>",
    "503 Service Unavailable",
  ],
  ["the text of a page without either", "<html><body>down &amp; out</body></html>", "down & out"],
  [
    "no script, style or comment",
    "<html><!-- <title>old</title> --><script>const title = '<title>x</title>'</script><style>p{}</style>Hello</html>",
    "Hello",
  ],
  ["the text of a page whose title does not end", "<title>Sign in", "Sign in"],
  [
    "the message of a document in XML",
    '\uFEFF<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>1</RequestId></Error>',
    "AccessDenied: Access Denied",
  ],
  [
    "the faultstring of a SOAP fault",
    "<soap:Fault><faultcode>x</faultcode><faultstring><![CDATA[No <such> method]]></faultstring></soap:Fault>",
    "No method",
  ],
  [
    "a reference to no character as it stands",
    "<h1>&#x110000; &nosuch; &#0;</h1>",
    "&#x110000; &nosuch; \u0000",
  ],
  ["nothing in an empty body", "", undefined],
  ["nothing in white space", " \r\n\t", undefined],
  ["nothing in bytes", "\u0000\u0001PNG", undefined],
  ["nothing in bytes that are not UTF-8", "\uFFFDPNG", undefined],
  ["nothing in a page without text", "<html><img src=x></html>", undefined],
];

describe("ErrorBody.ofError", () => {
  it("keeps an ApiError whole", () => {
    const apiError = { code: "NOT_FOUND", message: "No such run", details: { a: [1] }, more: true };
    assert.deepStrictEqual(ErrorBody.ofError(contentOf(JSON.stringify(apiError))), { apiError });
  });

  it.each(inJson)("finds the message in %j", (body, message) => {
    assert.deepStrictEqual(
      ErrorBody.ofError(contentOf(JSON.stringify(body))),
      message === undefined ? {} : { message },
    );
  });

  it.each(inText)("finds %s", (_, body, message) => {
    assert.deepStrictEqual(
      ErrorBody.ofError(contentOf(body)),
      message === undefined ? {} : { message },
    );
  });

  it("reads long markup in a moment, and cuts it between two words", () => {
    for (const piece of ["<title ", "<script>", "<!--", "<", "&#", "</title", "<a:", "< "]) {
      const { message = "" } = ErrorBody.ofError(contentOf(`<${piece.repeat(500_000)}`));
      assert.isAtMost(message.length, 300);
    }
    const { message = "" } = ErrorBody.ofError(contentOf(`<h1>a</h2>${" secret".repeat(100_000)}`));
    assert.match(message, /^a( secret)+( s?e?c?r?e?t?)?…$/);
    assert.deepStrictEqual(ErrorBody.ofError(contentOf(`<p>${"x".repeat(100_000)}`)), {});
  });
});

describe("ErrorBody.ofSuccess", () => {
  it.each<readonly [name: string, body: string, said: ErrorBody.ErrorBody]>([
    [
      "an ApiError",
      '{"code":"C","message":"m","details":{}}',
      { apiError: { code: "C", message: "m", details: {} } },
    ],
    ["another error", '{"error":{"message":"m"}}', { message: "m" }],
    ["an error beside null data", '{"data":null,"errors":[{"message":"m"}]}', { message: "m" }],
    ["a page in HTML", "<title>Sign in</title>", { message: "Sign in" }],
    ["a text", "OK", { message: "OK" }],
    ["nothing in a page of records", '{"data":[{}],"message":"m"}', {}],
    ["nothing in a damaged page", '{"data":[{"id":"1","inputs":{"secret', {}],
    ["nothing in other JSON", '{"records":[]}', {}],
    ["nothing in a text in JSON", '"page"', {}],
  ])("finds %s", (_, body, expected) => {
    assert.deepStrictEqual(ErrorBody.ofSuccess(contentOf(body)), expected);
  });
});

describe("What a body says", () => {
  const key = "ak_Do-not/tell~";
  const redact = ApiKey.redactor(Redacted.make(key));
  const spelled = [
    key,
    key.toUpperCase(),
    encodeURIComponent(key),
    Array.from(key, (own) => `&#${own.charCodeAt(0)};`).join(""),
    Array.from(key, (own) => `\\u00${own.charCodeAt(0).toString(16)}`).join(""),
  ];
  const pieces = [
    spelled,
    [
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"',
      '"message":"',
      '{"error":',
      '"detail":"',
      '"title":"',
      "null",
    ],
    [
      "<",
      ">",
      "<title>",
      "</title>",
      "<h1>",
      "</h1>",
      "<!--",
      "-->",
      "<script>",
      "&amp;",
      "&#0;",
      "<p>",
    ],
    [
      "\u001b[2J",
      "\u202e",
      "\u0000",
      "\u2028",
      "\ud800",
      "\n",
      " ",
      "text",
      "é",
      "👋",
      "x".repeat(900),
    ],
  ].flat();
  const Indexes = Schema.Array(
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: pieces.length - 1 })),
  ).check(Schema.isMaxLength(30));

  it.prop(
    "is safe once it is redacted and written as a line, whatever the body",
    { indexes: Arbitrary.schema(Indexes) },
    ({ indexes }) => {
      const text = indexes.map((index) => pieces[index]).join("");
      const wrapped = [
        text,
        JSON.stringify({ message: text }),
        JSON.stringify({ error: { message: text, code: text } }),
        `{"errors":["${text}"]}`,
        `<title>${text}</title>`,
        `<html>${text}`,
      ];
      for (const body of wrapped.map(contentOf)) {
        for (const { message = "" } of [ErrorBody.ofError(body), ErrorBody.ofSuccess(body)]) {
          const line = TerminalText.line(redact(message));
          assert.isAtMost(Array.from(line).length, 1000);
          assert.notMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
          assert.notInclude(line.toLowerCase(), key.toLowerCase());
        }
      }
    },
    { arbitrary: { runs: 500, seed: 5 } },
  );
});
