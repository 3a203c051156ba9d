/**
 * The server that the cases list from. A base URL names a scenario and a session: `ORIGIN/SCENARIO/SESSION`. It
 * remembers the requests of each session, so that cases can check what was sent.
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { CaseResult, ReceivedRequest } from "../conformance/Case.ts";
import { scenarioOf } from "./Scenarios.ts";

/** A running server. */
export interface ConformanceServer {
  readonly origin: string;
  readonly otherOrigin: string;
  /** Serves the files of a folder, and collects the results that are posted to `resultsUrl`. */
  readonly open: (name: string, folder: string) => Collection;
  readonly close: () => void;
}

/** The results of one runtime. */
interface Collection {
  readonly filesUrl: string;
  readonly resultsUrl: string;
  /** The results, as far as they have arrived. */
  readonly results: () => ReadonlyArray<CaseResult> | undefined;
}

interface Opened {
  readonly folder: string;
  results: ReadonlyArray<CaseResult> | undefined;
}

// Pages of any origin may read from this server.
const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-allow-headers":
    "authorization, accept, accept-encoding, content-type, user-agent",
  "access-control-expose-headers": "*",
};

const listen = async (server: Server): Promise<string> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  return `http://127.0.0.1:${address.port}`;
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const contentTypes: { readonly [ending: string]: string } = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

/** Starts the server, on free ports of the loopback interface. */
export const start = async (): Promise<ConformanceServer> => {
  const sessions = new Map<string, Array<ReceivedRequest>>();
  const opened = new Map<string, Opened>();

  const remember = (
    session: string,
    url: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): number => {
    const received = sessions.get(session) ?? [];
    sessions.set(session, received);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const own = { url, headers, at: performance.now(), isAborted: false };
    response.once("close", () => {
      own.isAborted = !response.writableEnded;
    });
    return received.push(own) - 1;
  };

  /** The paths below `/-/` are for the cases and the runner. */
  const control = async (
    [what = "", ...rest]: ReadonlyArray<string>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const [name = "", file = ""] = rest;
    const target = opened.get(name);
    if (what === "requests") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(sessions.get(rest.join("/")) ?? []));
    } else if (what === "results" && target !== undefined) {
      const results: ReadonlyArray<CaseResult> = JSON.parse(await textOf(request));
      target.results = results;
      response.end();
    } else if (what === "files" && target !== undefined) {
      response.setHeader(
        "content-type",
        contentTypes[file.split(".").at(-1) ?? ""] ?? "text/plain",
      );
      response.end(await readFile(join(target.folder, file)));
    } else {
      response.writeHead(404).end();
    }
  };

  const origins: Array<string> = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const [origin = "", otherOrigin = ""] = origins;
    const { url = "/" } = request;
    const { pathname, searchParams } = new URL(url, origin);
    for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
    if (request.method === "OPTIONS") {
      response.writeHead(204).end();
      return;
    }
    const [scenarioName = "", ...rest] = pathname.slice(1).split("/");
    if (scenarioName === "-") {
      control(rest, request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
      return;
    }
    const scenario = scenarioOf(scenarioName);
    if (scenario === undefined) {
      response.writeHead(404).end();
      return;
    }
    const requestNumber = remember(`${scenarioName}/${rest[0] ?? ""}`, url, request, response);
    const cursor = searchParams.get("cursor");
    scenario({ request, response, requestNumber, cursor, url, origin, otherOrigin });
  };

  const servers = [createServer(listener), createServer(listener)];
  for (const server of servers) origins.push(await listen(server));
  const [origin = "", otherOrigin = ""] = origins;
  return {
    origin,
    otherOrigin,
    open: (name, folder) => {
      const own: Opened = { folder, results: undefined };
      opened.set(name, own);
      return {
        filesUrl: `${origin}/-/files/${name}`,
        resultsUrl: `${origin}/-/results/${name}`,
        results: () => own.results,
      };
    },
    close: () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
};
