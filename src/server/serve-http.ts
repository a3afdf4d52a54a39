import { createServer, type Server, STATUS_CODES } from "node:http";
import { type AddressInfo, Server as NetServer } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { PROBLEM_TYPE, problemOf } from "../api/index.ts";
import { AegisError, LIMITS } from "../kernel/index.ts";
import { expectSafeHost } from "./auth/authenticate.ts";
import { createServerApp } from "./create-server-app.ts";
import type { ServerAppOptions } from "./server-deps.ts";

export interface ServeHttpOptions extends ServerAppOptions {
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** A socket that listens already, handed over by another process; `host` then only says what is safe. */
  readonly listening?: { readonly fd: number };
}

export interface HttpServer {
  /** Base address, without a path. */
  readonly url: string;
  /** Takes no further connection; those that are open go on, and are asked to close with each answer. */
  stopAccepting(): Promise<void>;
  /**
   * For a process that another one takes over from: cuts streams, whose readers resume there, and answers what else comes
   * until every client has let go of its connection, for `limitMs` at most. A request on its way is never cut off.
   */
  handOver(limitMs: number, signal: AbortSignal): Promise<void>;
  /** Ends at once: streams are cut, their readers resume at the next process. */
  close(): Promise<void>;
}

/** How long a client may keep a connection that it does not use; it is told so. */
const KEEP_ALIVE_MS = 30_000;

/** As many as a burst of clients opens in one go; the system's own limit may be lower. */
const BACKLOG = 4_096;

/** @throws {AegisError} "auth.required" for a host others could reach without auth; "io.failed" when it cannot listen */
export async function serveHttp(options: ServeHttpOptions): Promise<HttpServer> {
  const { host = "127.0.0.1", port = 0, listening, auth } = options;
  expectSafeHost(host, auth);
  const { app, deps } = createServerApp(options);
  const listener = getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false });
  let stopped: Promise<void> | undefined;
  const server = createServer(
    { maxHeaderSize: LIMITS.requestHeadBytesMax, noDelay: true, keepAliveTimeout: KEEP_ALIVE_MS },
    (incoming, outgoing) => {
      outgoing.setHeader("x-content-type-options", "nosniff");
      outgoing.setHeader("cache-control", "no-store");
      if (stopped !== undefined || options.runtime.isDraining) outgoing.setHeader("connection", "close");
      void listener(incoming, outgoing);
    },
  );
  server.on("clientError", answerBrokenRequest);
  await listen(server, listening ?? { host, port, backlog: BACKLOG });
  const url = urlOf(server);
  const stopAccepting = () => {
    // Not `server.close()`: it cuts connections that are idle, at times just as their next request is on its way.
    stopped ??= new Promise((resolve) => {
      NetServer.prototype.close.call(server, () => resolve());
    });
    return Promise.resolve();
  };
  return {
    url,
    stopAccepting,
    async handOver(limitMs, signal) {
      await stopAccepting();
      deps.streams.cutAll();
      const limit = Promise.withResolvers<void>();
      const timer = setTimeout(limit.resolve, limitMs);
      signal.addEventListener("abort", () => limit.resolve(), { once: true });
      if (!signal.aborted) await Promise.race([stopped, limit.promise]);
      clearTimeout(timer);
    },
    async close() {
      await stopAccepting();
      deps.streams.cutAll();
      server.closeAllConnections();
      // Ends its watch over slow connections; that it listens no more is known.
      server.close(() => undefined);
      await stopped;
    },
  };
}

type Where = { readonly fd: number } | { readonly host: string; readonly port: number; readonly backlog: number };

function listen(server: Server, where: Where): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const isTaken = "code" in cause && cause.code === "EADDRINUSE";
      reject(new AegisError(isTaken ? "serve.port_taken" : "io.failed", `Cannot listen: ${cause.message}`, { cause }));
    });
    if ("fd" in where) server.listen({ fd: where.fd }, resolve);
    else server.listen({ ...where }, resolve);
  });
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/** What is no HTTP, or too much of it, never gets to the routes. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Once something was written, words of ours would end up in the middle of an answer.
  const hasAnswered = !("bytesWritten" in socket) || socket.bytesWritten !== 0;
  if (error.code === "ECONNRESET" || !socket.writable || hasAnswered) {
    socket.destroy();
    return;
  }
  const problem = problemOf(new AegisError("request.bad_head", "The request's head is broken or too large"));
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
