import { execFile } from "node:child_process";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { systemClock } from "../kernel/index.ts";
import { openAuthority } from "./authority/open-authority.ts";
import type { Edge, EdgeOptions } from "./edge.ts";
import type { Exchange } from "./exchange.ts";
import { openEdge } from "./open-edge.ts";

/** What an upstream of the tests read. */
export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["rawHeaders"];
  readonly body: string;
}

export interface TestUpstream extends AsyncDisposable {
  readonly port: number;
  readonly securePort: number;
  readonly authorityPem: string;
  readonly heard: Heard[];
  readonly connectionCount: () => number;
}

/** One handler over HTTP and over HTTPS, for any name below `.test`. */
export async function openUpstream(
  handler: RequestListener,
  onUpgrade?: (request: IncomingMessage, socket: Duplex, early: Buffer) => void,
): Promise<TestUpstream> {
  const authority = openAuthority(systemClock);
  const heard: Heard[] = [];
  let connections = 0;
  const plain = createServer(handler);
  const secure = createSecureServer(
    { SNICallback: (name, answer) => answer(null, authority.contextFor(name)) },
    handler,
  );
  const sockets = new Set<Socket>();
  for (const server of [plain, secure]) {
    if (onUpgrade) server.on("upgrade", onUpgrade);
    server.on("connection", (socket: Socket) => {
      connections += 1;
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
    server.on("request", (request: IncomingMessage) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", rawHeaders } = request;
        heard.push({ method, url, headers: rawHeaders, body: Buffer.concat(chunks).toString() });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }
  return {
    port: (plain.address() as AddressInfo).port,
    securePort: (secure.address() as AddressInfo).port,
    authorityPem: authority.pem,
    heard,
    connectionCount: () => connections,
    async [Symbol.asyncDispose]() {
      const closed = [plain, secure].map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

export interface TestEdge extends Edge {
  readonly exchanges: Exchange[];
  /** The next exchange that is told. */
  told(): Promise<Exchange>;
}

/** An edge whose policy knows `api.test` and `127.0.0.1` at the upstream's ports, and whose names all lead to loopback. */
export async function openTestEdge(
  upstream: TestUpstream,
  options: Partial<EdgeOptions> = {},
  limits: Parameters<typeof openEdge>[1] = {},
): Promise<TestEdge> {
  const exchanges: Exchange[] = [];
  const waiting: ((exchange: Exchange) => void)[] = [];
  const ports = [upstream.port, upstream.securePort];
  const edge = await openEdge(
    {
      clock: systemClock,
      policy: { allow: ["api.test", "127.0.0.1"].map((host) => ({ host, ports, isPrivate: true })) },
      resolve: () => Promise.resolve(["127.0.0.1"]),
      upstreamAuthorities: [upstream.authorityPem],
      onExchange(exchange) {
        exchanges.push(exchange);
        for (const tell of waiting.splice(0)) tell(exchange);
      },
      ...options,
    },
    limits,
  );
  return Object.assign(edge, { exchanges, told: () => new Promise<Exchange>((resolve) => waiting.push(resolve)) });
}

/** One that is closed with the test that opens it. */
export async function openPassingEdge(...given: Parameters<typeof openTestEdge>): Promise<TestEdge> {
  const edge = await openTestEdge(...given);
  onTestFinished(() => edge[Symbol.asyncDispose]());
  return edge;
}

export function echo(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ method: request.method, url: request.url, body: Buffer.concat(chunks).toString("utf8") }),
    );
  });
}

/** Writes bytes as they are, and reads until the other side closes. */
export function rawExchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.write(text, "latin1"));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" ? undefined : reject(error)));
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}

/** A program with an environment of its own, as a trial's programs have. */
export async function runProgram(
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [program, ...words] = command;
  const { stdout } = await promisify(execFile)(program, words, {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    timeout: 30_000,
  });
  return stdout;
}

export function portOf(url: string): number {
  return Number(new URL(url).port);
}

export function bodyText(exchange: Exchange): string {
  return Buffer.concat(exchange.response?.chunks.map(({ bytes }) => bytes) ?? []).toString();
}
