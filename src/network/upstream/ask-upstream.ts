import { type Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Readable } from "node:stream";
import { AegisError } from "../../kernel/index.ts";
import type { EdgeAnswer, Headers } from "../exchange.ts";
import { endToEndHeaders, flatHeaders, headerList, headerValues } from "../message/header-list.ts";
import { authorityOf, type Target } from "../message/request-target.ts";
import type { UpstreamPool } from "./upstream-pool.ts";

export interface UpstreamRequest {
  readonly method: string;
  readonly target: Target;
  /** As the client sent them. */
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** Of a body that was not held whole: what follows. */
  readonly rest?: AsyncIterable<Uint8Array>;
  readonly mayBePrivate: boolean;
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly onInformation: (status: number, headers: Headers) => void;
}

const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);
const WITH_BODY: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/**
 * Asks over HTTP/1.1, and gives the answer as soon as its head is there.
 * @throws {AegisError} "network.upstream_failed", or "network.egress_refused" when the name leads where it may not
 */
export async function askUpstream(pool: UpstreamPool, asked: UpstreamRequest): Promise<EdgeAnswer> {
  const message = await askOnce(pool, asked).catch((thrown: unknown) => {
    // A connection that was kept was closed from the other side just now: nobody has heard the request.
    if (thrown instanceof StaleConnection) return askOnce(pool, asked);
    throw thrown;
  });
  return {
    status: message.statusCode ?? 502,
    headers: headerList(message.rawHeaders),
    body: message,
    // Only chunked bodies have them, announced or not.
    ...(message.headers["transfer-encoding"] !== undefined && { trailers: () => headerList(message.rawTrailers) }),
  };
}

class StaleConnection extends Error {}

function askOnce(pool: UpstreamPool, asked: UpstreamRequest): Promise<IncomingMessage> {
  const { target, signal } = asked;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const request = openRequest(asked, requestHeaders(asked), pool.agentFor(target.scheme, asked.mayBePrivate));
    const leave = () => request.destroy(signal.reason as Error);
    signal.addEventListener("abort", leave, { once: true });
    request.on("response", (message) => {
      message.once("end", () => signal.removeEventListener("abort", leave));
      resolve(message);
    });
    request.on("information", ({ statusCode, rawHeaders }) => {
      if (statusCode !== 100 && statusCode !== 101) asked.onInformation(statusCode, headerList(rawHeaders));
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      const mayRepeat = isStale && IDEMPOTENT.has(asked.method) && asked.rest === undefined;
      reject(mayRepeat ? new StaleConnection() : error);
    });
    sendBody(request, asked);
  });
}

/** Held to the connect timeout. Nothing is sent before its first write. */
export function openRequest(
  { method, target, connectTimeoutMs }: Pick<UpstreamRequest, "method" | "target" | "connectTimeoutMs">,
  headers: Headers,
  agent: Agent,
): ClientRequest {
  const ask = target.scheme === "https" ? requestHttps : requestHttp;
  const request = ask({
    method,
    host: target.host,
    port: target.port,
    path: target.path,
    headers: flatHeaders(headers),
    agent,
  });
  request.once("socket", (socket) => {
    if (!socket.connecting) return;
    const late = () =>
      request.destroy(
        new AegisError("network.upstream_failed", `${target.host} did not answer in ${connectTimeoutMs} ms`),
      );
    const timer = setTimeout(late, connectTimeoutMs);
    const stop = () => clearTimeout(timer);
    socket.once(target.scheme === "https" ? "secureConnect" : "connect", stop).once("close", stop);
  });
  return request;
}

/** The message's own headers, framed by us: what came in as chunks, twice or folded goes out in one plain form. */
function requestHeaders({ method, target, headers, body, rest }: UpstreamRequest): Headers {
  const kept = endToEndHeaders(headers, ["host", "content-length", "expect"]);
  const host = ["Host", authorityOf(target)] as const;
  if (rest !== undefined) {
    const [length] = headerValues(headers, "content-length");
    return [host, ...kept, length === undefined ? ["Transfer-Encoding", "chunked"] : ["Content-Length", length]];
  }
  const hasLength = body.length > 0 || WITH_BODY.has(method);
  return hasLength ? [host, ...kept, ["Content-Length", String(body.length)]] : [host, ...kept];
}

function sendBody(request: ClientRequest, { body, rest }: UpstreamRequest): void {
  if (rest === undefined) {
    request.end(body.length > 0 ? body : undefined);
    return;
  }
  const all = async function* () {
    if (body.length > 0) yield body;
    yield* rest;
  };
  const source = Readable.from(all(), { objectMode: false });
  source.once("error", (error) => request.destroy(error));
  // An upstream that answers early and closes ends the upload, not the exchange.
  request.once("close", () => source.destroy());
  source.pipe(request);
}
