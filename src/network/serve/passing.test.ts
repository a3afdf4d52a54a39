import { once } from "node:events";
import { request as ask, type ClientRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  bodyText,
  echo,
  openPassingEdge,
  openTestEdge,
  openUpstream,
  portOf,
  rawExchange,
  type TestEdge,
  type TestUpstream,
} from "../edge.test-kit.ts";

let upstream: TestUpstream;
let edge: TestEdge;
let base = "";
/** Lets the answer that waits go on. */
let release = () => {};

beforeAll(async () => {
  upstream = await openUpstream(answer, turnAround);
  edge = await openTestEdge(upstream);
  base = await edge.stand(`http://api.test:${upstream.port}`);
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

test("the first event of a stream passes while the second is not yet made, and the chunks are told apart", async () => {
  const answered = await fetch(`${base}/stream`);
  const reader = answered.body?.getReader();
  const told = edge.told();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("data: 1\n\n");
  release();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("data: 2\n\n");
  expect((await reader?.read())?.done).toBe(true);
  const { response } = await told;
  expect(response?.chunks.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(["data: 1\n\n", "data: 2\n\n"]);
});

test("a head passes before there is a body", async () => {
  const answered = await fetch(`${base}/head-first`);
  expect(answered.status).toBe(200);
  release();
  expect(await answered.text()).toBe("late");
});

test.each([
  { method: "HEAD", path: "/sized", start: "HTTP/1.1 200 OK", has: "content-length: 5" },
  { method: "GET", path: "/204", start: "HTTP/1.1 204 No Content", has: "x-it: 1" },
  { method: "GET", path: "/304", start: "HTTP/1.1 304 Not Modified", has: "etag: x" },
  { method: "GET", path: "/cookies", start: "HTTP/1.1 200 OK", has: "Set-Cookie: a=1\r\nSet-Cookie: b=2" },
  { method: "OPTIONS", path: "*", start: "HTTP/1.1 200 OK", has: '"url":"*"' },
])("$method $path keeps its form", async ({ method, path, start, has }) => {
  const text = await rawExchange(
    portOf(base),
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${portOf(base)}\r\nConnection: close\r\n\r\n`,
  );
  expect(text.startsWith(start)).toBe(true);
  expect(text).toContain(has);
  expect(text).not.toContain("X-Hop");
  if (method !== "OPTIONS" && path !== "/cookies") expect(text.endsWith("\r\n\r\n")).toBe(true);
  if (method !== "OPTIONS") expect(text).not.toMatch(/\ndate:/i);
});

test("early hints and trailers pass", async () => {
  const request = ask(`${base}/trailers`).end();
  const arrived = [once(request, "information"), once(request, "response")];
  const [[hints], [response]] = (await Promise.all(arrived)) as [[object], [IncomingMessage]];
  expect(hints).toMatchObject({ statusCode: 103, headers: { link: "</style.css>; rel=preload" } });
  response.resume();
  await once(response, "end");
  expect(response.trailers).toEqual({ "x-sum": "42" });
});

test("an upload beyond what is kept is streamed, and an answer beyond it too", async () => {
  const small = await openPassingEdge(upstream, { keptBodyBytesMax: 1_000 });
  const there = await small.stand(`http://api.test:${upstream.port}`);
  const body = "x".repeat(300_000);
  const told = small.told();
  const answered = await fetch(`${there}/big`, { method: "POST", body });
  expect(await answered.json()).toMatchObject({ body });
  const { request, response } = await told;
  expect(request.bodyIsWhole).toBe(false);
  expect(request.body.length).toBeLessThanOrEqual(1_000);
  expect(response?.isWhole).toBe(false);
});

test("an upload is passed on while it is still being sent", async () => {
  const small = await openPassingEdge(upstream, { keptBodyBytesMax: 10 });
  const request: ClientRequest = ask(`${await small.stand(`http://api.test:${upstream.port}`)}/early`, {
    method: "POST",
  });
  request.write("x".repeat(100));
  const [response] = (await once(request, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  request.end();
  response.resume();
  await once(response, "end");
});

test("all bodies together are held to a budget, which is given back", async () => {
  const poor = await openPassingEdge(upstream, {}, { heldBytesMax: 1_000 });
  const there = await poor.stand(`http://api.test:${upstream.port}`);
  for (const [length, isWhole] of [
    [400, true],
    [2_000, false],
    [400, true],
  ] as const) {
    const told = poor.told();
    await (await fetch(`${there}/x`, { method: "POST", body: "x".repeat(length) })).text();
    expect((await told).request.bodyIsWhole).toBe(isWhole);
  }
});

test("an answer that breaks off breaks off for the client as well", async () => {
  const told = edge.told();
  const answered = await fetch(`${base}/broken`);
  await expect(answered.text()).rejects.toThrow("terminated");
  const exchange = await told;
  expect(exchange).toMatchObject({
    response: { status: 200, isWhole: false },
    error: { code: "network.upstream_failed" },
  });
  expect(bodyText(exchange)).toBe("part");
});

test("a client that leaves ends the upstream's work, and is told", async () => {
  const leaving = new AbortController();
  const told = edge.told();
  const answered = await fetch(`${base}/head-first`, { signal: leaving.signal });
  leaving.abort();
  await expect(answered.text()).rejects.toThrow("abort");
  expect(await told).toMatchObject({ response: { isWhole: false }, error: { code: "network.client_left" } });
});

test("nobody at the other end is an answer with a code", async () => {
  const nobody = await openUpstream(echo);
  const { port } = nobody;
  await nobody[Symbol.asyncDispose]();
  const answered = await fetch(await edge.stand(`http://127.0.0.1:${port}`));
  expect(answered.status).toBe(502);
  expect(await answered.json()).toMatchObject({
    code: "network.upstream_failed",
    title: `connect ECONNREFUSED 127.0.0.1:${port}`,
  });
});

test("a kept connection that the upstream closed is replaced", async () => {
  for (const path of ["/x", "/close-after", "/x"]) expect((await fetch(base + path)).status).toBe(200);
});

test.each(["https://x.test/path", "ftp://x.test", "https://user@x.test", "nonsense", "https://x.test/?q"])(
  "%s is no origin",
  async (origin) => {
    await expect(edge.stand(origin)).rejects.toThrow(expect.objectContaining({ code: "network.bad_origin" }));
  },
);

/** Says its own head, then gives back each piece turned around. */
function turnAround(request: IncomingMessage, socket: Duplex, early: Buffer): void {
  socket.on("error", () => {});
  if (request.url === "/no-socket") return void socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
  const accept = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Path: ";
  socket.write(`${accept}${request.url ?? ""} ${request.headers["sec-websocket-protocol"] ?? ""}\r\n\r\n`);
  const reply = (bytes: Buffer) => socket.write(Buffer.from(bytes).reverse());
  if (early.length > 0) reply(early);
  socket.on("data", reply).on("end", () => socket.end());
}

const UPGRADE = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-protocol": "one" };

test.each(["http", "https"])("a WebSocket passes byte for byte over %s", async (scheme) => {
  const origin = `${scheme}://api.test:${scheme === "https" ? upstream.securePort : upstream.port}`;
  const request = ask(`${await edge.stand(origin)}/socket`, { headers: UPGRADE }).end();
  const told = edge.told();
  const [response, socket] = (await once(request, "upgrade")) as [IncomingMessage, Socket];
  expect(response.headers).toMatchObject({ upgrade: "websocket", "x-path": "/socket one" });
  socket.write(Buffer.of(0x81, 0xff, 0x00));
  expect((await once(socket, "data"))[0]).toEqual(Buffer.of(0x00, 0xff, 0x81));
  socket.end();
  const { request: seen, response: kept } = await told;
  expect(seen.url).toBe(`${origin}/socket`);
  expect(kept).toMatchObject({ status: 101, isWhole: true, chunks: [{ bytes: Buffer.of(0x00, 0xff, 0x81) }] });
});

test("a WebSocket passes through a tunnel", async () => {
  const socket = await openTunnel(`api.test:${upstream.securePort}`, ["http/1.1"]);
  const head = Object.entries(UPGRADE).map(([name, value]) => `${name}: ${value}`);
  socket.write(["GET /socket HTTP/1.1", `Host: api.test:${upstream.securePort}`, ...head, "", "abc"].join("\r\n"));
  let text = "";
  for await (const bytes of socket) {
    text += String(bytes);
    if (text.endsWith("cba")) break;
  }
  expect(text).toContain("HTTP/1.1 101 ");
});

test("an upstream that wants no WebSocket says so itself", async () => {
  const request = ask(`${base}/no-socket`, { headers: UPGRADE }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(404);
});

test("another upgrade than a WebSocket is not one", async () => {
  const port = portOf(base);
  const lines = [
    "GET /x HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade, HTTP2-Settings, close",
    "Upgrade: h2c",
    "HTTP2-Settings: AAMAAABkAAQAoAAA",
    "",
    "",
  ];
  expect(await rawExchange(port, lines.join("\r\n"))).toMatch(/^HTTP\/1\.1 200/);
  expect(upstream.heard.at(-1)?.headers).not.toContain("HTTP2-Settings");
});

test("closing ends what is under way, tells it, and closes every connection", async () => {
  const closing = await openTestEdge(upstream);
  const there = await closing.stand(`http://api.test:${upstream.port}`);
  const answered = await fetch(`${there}/head-first`);
  await closing[Symbol.asyncDispose]();
  await expect(answered.text()).rejects.toThrow("terminated");
  expect(closing.exchanges).toMatchObject([{ error: { code: "network.client_left" }, response: { isWhole: false } }]);
  await expect(fetch(there)).rejects.toThrow("fetch failed");
});

test("HTTP/2 clients get trailers, empty answers and broken ones in their own form", async () => {
  const authority = `api.test:${upstream.securePort}`;
  const secure = await openTunnel(authority, ["h2"]);
  const session = connectHttp2(`https://${authority}`, { createConnection: () => secure });
  const trailed = session.request({ ":path": "/trailers" });
  const trailers = once(trailed, "trailers");
  trailed.resume();
  expect((await trailers)[0]).toMatchObject({ "x-sum": "42" });
  const head = session.request({ ":path": "/sized", ":method": "HEAD" });
  expect((await once(head, "response"))[0]).toMatchObject({ ":status": 200, "content-length": "5" });
  head.close();
  const broken = session.request({ ":path": "/broken" });
  broken.setEncoding("utf8").resume();
  await expect(once(broken, "end")).rejects.toThrow("NGHTTP2_INTERNAL_ERROR");
  session.destroy();
});

async function openTunnel(authority: string, protocols: string[]): Promise<TLSSocket> {
  const tunnel = ask(edge.proxyUrl, { method: "CONNECT", path: authority }).end();
  const [, socket] = (await once(tunnel, "connect")) as [unknown, Socket];
  return connectTls({ socket, servername: "api.test", ca: edge.authorityPem, ALPNProtocols: protocols });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  switch (request.url) {
    case "/stream":
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
      release = () => response.end("data: 2\n\n");
      return;
    case "/head-first":
      response.flushHeaders();
      release = () => response.end("late");
      return;
    case "/sized":
      return void response.writeHead(200, plain({ "content-length": "5", "X-Hop": "1" })).end("hello");
    case "/204":
      return void response.writeHead(204, plain({ "x-it": "1", "X-Hop": "1" })).end();
    case "/304":
      return void response.writeHead(304, plain({ etag: "x", "X-Hop": "1" })).end();
    case "/cookies":
      response.sendDate = false;
      return void response.writeHead(200, ["Set-Cookie", "a=1", "Set-Cookie", "b=2"]).end();
    case "/trailers":
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      response.writeHead(200, { trailer: "x-sum" }).write("body");
      response.addTrailers({ "x-sum": "42" });
      return void response.end();
    case "/broken":
      response.write("part", () => response.socket?.destroySoon());
      return;
    case "/early":
      request.resume();
      return void request.once("data", () => response.end("early"));
    case "/close-after":
      response.once("finish", () => setImmediate(() => response.socket?.destroy()));
      return void response.end();
    default:
      echo(request, response);
  }

  function plain(headers: Record<string, string>): Record<string, string> {
    response.sendDate = false;
    return { ...headers, connection: "x-hop" };
  }
}
