/**
 * The server of a session, for one user on this machine. It listens on the loopback interface alone, and every
 * request must have the token in its URL.
 *
 * The token is in the path rather than in a cookie: all ports of a host share cookies, so the browser would send it
 * to every other server on this machine.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer";
import * as Json from "@scorecard-effect/contract/protocol/Json";
import { ByteSize, Effect, Layer, Result, type Scope, Stream } from "effect";
import {
  HttpRouter,
  HttpServer,
  type HttpServerError,
  HttpServerRequest,
  HttpServerResponse,
} from "effect/http";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { exportFormats } from "../export/ExportFormat.ts";
import type { FaultSwitch } from "./FaultSwitch.ts";
import { type Notes, withNotes } from "./Notes.ts";
import * as PageDocument from "./PageDocument.ts";
import type { Meta } from "./ExploreProtocol.ts";
import * as SavedReport from "./SavedReport.ts";
import type { Session } from "./Session.ts";
import * as FieldColumn from "./store/FieldColumn.ts";
import * as FoundBytes from "./store/FoundBytes.ts";
import * as HitCount from "./store/HitCount.ts";
import * as TextSearch from "./store/TextSearch.ts";

/** What to serve, and where. */
export interface Options {
  readonly session: Session;
  readonly assets: PageDocument.Assets;
  readonly meta: Meta;
  /** The port to listen on; 0 is any free port. */
  readonly port: number;
  readonly faults: FaultSwitch;
  /** Undefined where the user named no file for notes. */
  readonly notes?: Notes | undefined;
}

/** The most pages that can listen to one session at a time. */
const maxListeners = 32;

/** The most rows of one request. */
const maxRows = 500;

/** The most bytes of a request that notes something. */
const maxNoteBody = ByteSize.kibibytes(256);

/** The most bytes of the ids of one request: those of a whole file of notes. */
const maxIdsBody = ByteSize.mebibytes(64);

const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((own) => typeof own === "string");

/** Serves a session until the scope closes. Returns the URL to open. */
export const serve = Effect.fn("Server.serve")(function* (
  options: Options,
): Effect.fn.Return<string, HttpServerError.ServeError, Scope.Scope> {
  const token = randomBytes(24).toString("base64url");
  const routes = yield* HttpRouter.toHttpEffect(routesOf(options));
  const context = yield* Layer.build(
    NodeHttpServer.layer(createServer, {
      host: "127.0.0.1",
      port: options.port,
      gracefulShutdownTimeout: "100 millis",
    }),
  );
  return yield* Effect.gen(function* () {
    const origin = HttpServer.formatAddress((yield* HttpServer.HttpServer).address);
    yield* HttpServer.serveEffect(guard({ token, port: new URL(origin).port }, routes));
    return `${origin}/${token}/`;
  }).pipe(Effect.provide(context));
});

const routesOf = ({ session, assets, meta, faults, notes }: Options) => {
  const document = PageDocument.head(meta, assets) + PageDocument.tail(assets);
  let listeners = 0;

  const page = HttpServerResponse.text(document, {
    contentType: "text/html; charset=utf-8",
    headers: {
      "content-security-policy": `${PageDocument.policy(assets, "live")}; frame-ancestors 'none'`,
    },
  });

  const events = Effect.gen(function* () {
    const { headers } = yield* HttpServerRequest.HttpServerRequest;
    if (listeners >= maxListeners) {
      return refusal(503, "Too many pages are open for this session: close some.");
    }
    listeners += 1;
    const lastEventId = headers["last-event-id"] ?? "";
    return HttpServerResponse.stream(
      session.events(/^\d{1,9}\.\d{1,9}$/.test(lastEventId) ? lastEventId : undefined).pipe(
        Stream.ensuring(
          Effect.sync(() => {
            listeners -= 1;
          }),
        ),
      ),
      { contentType: "text/event-stream" },
    );
  });

  const record = Effect.map(HttpRouter.params, ({ run, index }) => {
    const detail = session.record(Number(run), Number(index));
    return detail === undefined
      ? refusal(404, "There is no such record (yet).")
      : HttpServerResponse.text(detail, { contentType: "application/json" });
  });

  const parameters = Effect.map(
    HttpServerRequest.HttpServerRequest,
    ({ url }) => new URL(url, "http://localhost").searchParams,
  );

  const rows = Effect.gen(function* () {
    const { run } = yield* HttpRouter.params;
    // Not in the path, whose parts the router limits.
    const at = (yield* parameters).get("at") ?? "";
    return /^\d{1,9}(,\d{1,9})*$/.test(at)
      ? HttpServerResponse.text(
          session.rows({ run: Number(run), indexes: at.split(",", maxRows).map(Number) }),
          { contentType: "application/json" },
        )
      : refusal(400, "The rows to send are numbers, with commas between them.");
  });

  const find = Effect.gen(function* () {
    const { run } = yield* HttpRouter.params;
    const id = (yield* parameters).get("id") ?? "";
    const index = session.store.find(Number(run), id) ?? null;
    return HttpServerResponse.text(JSON.stringify({ index }), { contentType: "application/json" });
  });

  const findAll = Effect.gen(function* () {
    const { run } = yield* HttpRouter.params;
    const from = (yield* parameters).get("from") ?? "0";
    const body = yield* Effect.result((yield* HttpServerRequest.HttpServerRequest).text);
    if (Result.isFailure(body)) return refusal(413, "These are too many ids.");
    const ids = Json.parseFinite(body.success);
    if (Result.isFailure(ids) || !isTexts(ids.success)) {
      return refusal(400, "The ids to find are a list of texts.");
    }
    const index = /^\d{1,9}$/.test(from) ? Number(from) : 0;
    return HttpServerResponse.jsonUnsafe(session.store.findAll(Number(run), ids.success, index));
  }).pipe(Effect.provideService(HttpServerRequest.MaxBodySize, maxIdsBody));

  /** The search in the URL, and from which record of each run on; or why it cannot be answered. */
  const searched = Effect.map(parameters, (query) => {
    const wanted = { terms: query.getAll("term"), patterns: query.getAll("pattern") };
    const all = [...wanted.terms, ...wanted.patterns];
    if (all.length > TextSearch.maxTerms || all.some((own) => own.length > TextSearch.maxLength)) {
      return refusal(400, "The search is too long.");
    }
    const problem = TextSearch.problemOf(wanted);
    if (problem !== undefined) return refusal(422, problem);
    const from = (query.get("from") ?? "")
      .split(",")
      .map((own) => (/^\d{1,9}$/.test(own) ? Number(own) : 0));
    const room = Number(/^\d{1,9}$/.exec(query.get("room") ?? "")?.[0] ?? HitCount.maxHits);
    return { wanted, from, room: Math.min(room, HitCount.maxHits) };
  });

  const search = Effect.gen(function* () {
    const asked = yield* searched;
    if (!("wanted" in asked)) return asked;
    return yield* session.store.search(asked.wanted, asked.from).pipe(
      Effect.map((found) => bytes(FoundBytes.toBytes(found))),
      Effect.catchTag("QuestionError", ({ message }) => Effect.succeed(refusal(422, message))),
    );
  });

  const hits = Effect.gen(function* () {
    const asked = yield* searched;
    if (!("wanted" in asked)) return asked;
    return yield* session.store.hits(asked.wanted, asked.from, asked.room).pipe(
      Effect.map((counts) => bytes(HitCount.toBytes(counts))),
      Effect.catchTag("QuestionError", ({ message }) => Effect.succeed(refusal(422, message))),
    );
  });

  const column = Effect.gen(function* () {
    const { run } = yield* HttpRouter.params;
    const query = yield* parameters;
    const field = query.get("field") ?? "";
    const problem = FieldColumn.problemOf(field);
    if (problem !== undefined) return refusal(400, problem);
    const from = query.get("from") ?? "0";
    return yield* session.store
      .column(field, Number(run), /^\d{1,9}$/.test(from) ? Number(from) : 0)
      .pipe(
        Effect.map((own) => bytes(FieldColumn.toBytes(own))),
        Effect.catchTag("QuestionError", ({ message }) => Effect.succeed(refusal(422, message))),
      );
  });

  const fields = Effect.sync(() =>
    HttpServerResponse.text(JSON.stringify(session.fields()), { contentType: "application/json" }),
  );

  const exported = Effect.gen(function* () {
    const { format: name } = yield* HttpRouter.params;
    const format = exportFormats.find((own) => own === name);
    if (format === undefined) return refusal(404, "There is no such format.");
    const body = yield* (yield* HttpServerRequest.HttpServerRequest).arrayBuffer;
    return body.byteLength % 8 === 0
      ? HttpServerResponse.stream(
          session.exported(format, new Int32Array(body.slice(0)), notes?.all() ?? []),
          {
            contentType: "application/octet-stream",
          },
        )
      : refusal(400, "The records to export are pairs of 32-bit numbers.");
  });

  const resume = Effect.gen(function* () {
    const { run } = yield* HttpRouter.params;
    return (yield* session.resume(Number(run)))
      ? HttpServerResponse.empty()
      : refusal(409, "This run has not failed: there is nothing to resume.");
  });

  const fault = Effect.gen(function* () {
    const { name = "" } = yield* HttpRouter.params;
    if (!(yield* faults.set(name))) return refusal(404, "There is no such fault.");
    yield* session.announce;
    return HttpServerResponse.empty();
  });

  const restart =
    faults.choices.length === 0
      ? refusal(404, "Only a fake API can be read again.")
      : Effect.gen(function* () {
          // The rules of a fault count requests: start their count over.
          yield* faults.set(faults.current() ?? "");
          yield* session.restart;
          return HttpServerResponse.empty();
        });

  const report = Effect.sync(() =>
    HttpServerResponse.stream(SavedReport.document(session, assets, withNotes(meta, notes)), {
      contentType: "text/html; charset=utf-8",
      headers: { "content-disposition": `attachment; filename="report.html"` },
    }),
  );

  const noted = Effect.sync(() => HttpServerResponse.jsonUnsafe(notes?.all() ?? []));

  const note = Effect.gen(function* () {
    if (notes === undefined) {
      return refusal(404, "There is no file for notes: start explore with --notes FILE.");
    }
    const request = yield* HttpServerRequest.HttpServerRequest;
    // A form of another site cannot have this type.
    if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
      return refusal(415, "A note is sent as JSON.");
    }
    const body = yield* Effect.result(request.text);
    if (Result.isFailure(body)) return refusal(413, "A note is shorter.");
    const json = Json.parseFinite(body.success);
    if (Result.isFailure(json)) return refusal(400, "A note is sent as JSON.");
    const changed = yield* Effect.result(notes.change(json.success));
    return Result.isFailure(changed)
      ? refusal(changed.failure.isInput ? 400 : 500, changed.failure.message)
      : HttpServerResponse.jsonUnsafe(changed.success);
  }).pipe(Effect.provideService(HttpServerRequest.MaxBodySize, maxNoteBody));

  return HttpRouter.addAll([
    HttpRouter.route("GET", "/:token/", page),
    HttpRouter.route("GET", "/:token/events", events),
    HttpRouter.route("GET", "/:token/records/:run/:index", record),
    HttpRouter.route("GET", "/:token/rows/:run", rows),
    HttpRouter.route("GET", "/:token/find/:run", find),
    HttpRouter.route("POST", "/:token/find/:run", findAll),
    HttpRouter.route("GET", "/:token/search", search),
    HttpRouter.route("GET", "/:token/hits", hits),
    HttpRouter.route("GET", "/:token/fields", fields),
    HttpRouter.route("GET", "/:token/column/:run", column),
    HttpRouter.route("POST", "/:token/export/:format", exported),
    HttpRouter.route("GET", "/:token/report.html", report),
    HttpRouter.route("GET", "/:token/notes", noted),
    HttpRouter.route("POST", "/:token/notes", note),
    HttpRouter.route("POST", "/:token/resume/:run", resume),
    HttpRouter.route("POST", "/:token/restart", restart),
    HttpRouter.route("POST", "/:token/fault/:name", fault),
  ]);
};

type App<E> = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  E,
  HttpServerRequest.HttpServerRequest | Scope.Scope
>;

/** What a request must have. */
interface Access {
  readonly token: string;
  readonly port: string;
}

const securityHeaders = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

// Runs before the routes: refuses requests that are not meant for this server, or not from its page.
const guard = Effect.fnUntraced(
  function* (access: Access, app: App<HttpServerError.HttpServerError>) {
    const request = yield* HttpServerRequest.HttpServerRequest;
    const problem = problemOf(access, request);
    if (problem !== undefined) return refusal(403, problem);
    return yield* Effect.catch(app, ({ reason }) =>
      Effect.succeed(
        reason._tag === "RouteNotFound"
          ? refusal(404, "There is nothing here.")
          : refusal(500, "The request failed."),
      ),
    );
  },
  Effect.map(HttpServerResponse.setHeaders(securityHeaders)),
);

const problemOf = (
  { token, port }: Access,
  { headers, method, url }: HttpServerRequest.HttpServerRequest,
): string | undefined => {
  // Another host name may point here by DNS rebinding, and another site's script may send requests.
  const { host = "", origin, "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return "This server does not serve this host name.";
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return "This server does not answer other sites.";
  }
  if (origin === undefined && method !== "GET" && method !== "HEAD") {
    return "A request that changes something must have an origin.";
  }
  if (site !== undefined && !["same-origin", "none"].includes(site) && mode !== "navigate") {
    return "This server does not answer other sites.";
  }
  // Digests have equal lengths, so the comparison takes the same time for any token.
  const [, sent = ""] = url.split(/[/?#]/);
  return timingSafeEqual(digest(sent), digest(token))
    ? undefined
    : "The token is missing or wrong: open the whole URL that explore printed.";
};

const bytes = (body: Uint8Array): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.uint8Array(body, { contentType: "application/octet-stream" });

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const refusal = (status: number, problem: string): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.text(`${problem}\n`, { status });
