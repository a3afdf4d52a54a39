import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
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
let host = "";
let standPort = 0;
let proxyPort = 0;

beforeAll(async () => {
  upstream = await openUpstream(echo);
  edge = await openTestEdge(upstream, {}, { headTimeoutMs: 300 });
  host = `api.test:${upstream.port}`;
  standPort = portOf(await edge.stand(`http://${host}`));
  proxyPort = portOf(edge.proxyUrl);
});
beforeEach(() => void (upstream.heard.length = 0));
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const GET = "GET / HTTP/1.1";
const POST = "POST / HTTP/1.1";

test.each([
  {
    why: "CL and TE",
    lines: [
      POST,
      "Host: H",
      "Content-Length: 5",
      "Transfer-Encoding: chunked",
      "",
      "0",
      "",
      "GET /smuggled HTTP/1.1",
      "Host: H",
      "",
      "",
    ],
  },
  { why: "TE and CL", lines: [POST, "Host: H", "Transfer-Encoding: chunked", "Content-Length: 5", "", "0", "", ""] },
  { why: "two lengths", lines: [POST, "Host: H", "Content-Length: 1", "Content-Length: 2", "", "ab"] },
  { why: "a signed length", lines: [POST, "Host: H", "Content-Length: +1", "", "a"] },
  { why: "a length in hexadecimal", lines: [POST, "Host: H", "Content-Length: 0x1", "", "a"] },
  {
    why: "chunked before another coding",
    lines: [POST, "Host: H", "Transfer-Encoding: chunked, identity", "", "0", "", ""],
  },
  { why: "a space before the colon", lines: [POST, "Host: H", "Content-Length : 1", "", "a"] },
  { why: "NUL in a value", lines: [GET, "Host: H", "X: a\0b", "", ""] },
  { why: "NUL in a name", lines: [GET, "Host: H", "X\0: a", "", ""] },
  { why: "NUL in the path", lines: ["GET /\0 HTTP/1.1", "Host: H", "", ""] },
  { why: "a bare CR in a value", lines: [GET, "Host: H", "X: a\rContent-Length: 5", "", ""] },
  { why: "a bare LF", lines: [`${GET}\nHost: H`, "", ""] },
  { why: "a space in the path", lines: ["GET /a b HTTP/1.1", "Host: H", "", ""] },
  { why: "a fragment", lines: ["GET /a#b HTTP/1.1", "Host: H", "", ""] },
  { why: "no Host", lines: [GET, "", ""] },
  { why: "two Hosts", lines: [GET, "Host: H", "Host: H", "", ""] },
  { why: "another Host", lines: [GET, "Host: evil.test", "", ""] },
  { why: "an absolute URL", lines: ["GET http://evil.test/ HTTP/1.1", "Host: evil.test", "", ""] },
  { why: "CONNECT", lines: ["CONNECT evil.test:443 HTTP/1.1", "Host: evil.test:443", "", ""] },
  { why: "a path that is none", lines: ["GET x@evil.test/ HTTP/1.1", "Host: H", "", ""] },
  { why: "HTTP/2 without TLS", lines: ["PRI * HTTP/2.0", "", "SM", "", ""] },
  { why: "another version", lines: ["GET / HTTP/3.1", "Host: H", "", ""] },
  { why: "no HTTP", lines: ["\x16\x03\x01\x00\x05hello", "", ""] },
  { why: "a huge head", lines: [GET, "Host: H", `X: ${"a".repeat(40_000)}`, "", ""] },
])("refuses $why, and the upstream hears nothing", async ({ lines }) => {
  const before = edge.exchanges.length;
  const answer = await rawExchange(standPort, lines.map((line) => line.replaceAll(/\bH$/g, host)).join("\r\n"));
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(upstream.heard).toEqual([]);
  expect(edge.exchanges).toHaveLength(before + 1);
  expect(edge.exchanges.at(-1)).toMatchObject({ from: "policy", error: { code: "network.bad_request" } });
});

test.each([
  { why: "a path alone", lines: ["GET / HTTP/1.1", "Host: HOST"] },
  { why: "a Host that is not the URL's", lines: ["GET http://HOST/ HTTP/1.1", "Host: evil.test"] },
  { why: "a user in the URL", lines: ["GET http://evil.test@HOST/ HTTP/1.1", "Host: HOST"] },
  { why: "another scheme", lines: ["GET ftp://HOST/ HTTP/1.1", "Host: HOST"] },
  { why: "a port out of range", lines: ["GET http://api.test:99999/ HTTP/1.1", "Host: api.test:99999"] },
  { why: "a backslash", lines: ["GET http://api.test\\@evil.test/ HTTP/1.1", "Host: api.test"] },
  { why: "CONNECT with a path", lines: ["CONNECT HOST/x HTTP/1.1", "Host: HOST"] },
])("the proxy refuses $why", async ({ lines }) => {
  const text = [...lines, "Connection: close", "", ""].join("\r\n").replaceAll("HOST", host);
  const answer = await rawExchange(proxyPort, text);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain("network.bad_request");
  expect(upstream.heard).toEqual([]);
});

test("what is framed doubtfully but legally reaches the upstream in one plain form", async () => {
  const chunked = [
    "POST / HTTP/1.1",
    `Host: ${host}`,
    "Transfer-Encoding: ChUnKeD",
    "Connection: close, X-Hop",
    "X-Hop: 1",
    "Keep-Alive: 1",
    "Proxy-Authorization: Basic x",
    "X-Kept: 1",
    "",
    "3;ext=1",
    "abc",
    "0",
    "X-Trailer: 1",
    "",
    "",
  ];
  expect(await rawExchange(standPort, chunked.join("\r\n"))).toContain('"body":"abc"');
  const [heard] = upstream.heard;
  const names = heard?.headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  expect(names).toEqual(["host", "x-kept", "content-length", "connection"]);
  expect(heard?.body).toBe("abc");
});

test.each([
  { why: "an unknown coding", coding: "xchunked", text: "0\r\n\r\n" },
  { why: "a broken chunk", text: "zz\r\nabc\r\n0\r\n\r\n" },
  { why: "a chunk that is too long", text: "2\r\nabc\r\n0\r\n\r\n" },
  { why: "a chunk size beyond all numbers", text: "fffffffffffffffff\r\nabc\r\n0\r\n\r\n" },
])("a body with $why never reaches the upstream", async ({ text, coding = "chunked" }) => {
  const told = edge.told();
  // Also where the head has passed already: nothing is sent on before its body has ended well.
  await rawExchange(standPort, `POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: ${coding}\r\n\r\n${text}`);
  expect((await told).error?.code).toBe("network.client_left");
  expect(upstream.heard).toEqual([]);
});

test.each([
  { why: "the head", text: "GET / HTTP/1.1\r\nHost: " },
  { why: "nothing", text: "" },
])("a client that sends $why and then stops is closed", async ({ text }) => {
  // Without a first byte no request has begun: Node counts from the connection all the same.
  const answer = await rawExchange(standPort, text);
  expect(answer).toMatch(/^$|408/);
});

test("a tunnel that stays silent is closed", async () => {
  const answer = await rawExchange(proxyPort, `CONNECT api.test:${upstream.securePort} HTTP/1.1\r\nHost: x\r\n\r\n`);
  expect(answer).toBe("HTTP/1.1 200 Connection Established\r\n\r\n");
});

async function openTunnel(): Promise<ReturnType<typeof connect>> {
  const socket = connect(proxyPort, "127.0.0.1");
  socket.write(`CONNECT api.test:${upstream.securePort} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket, "data");
  return socket;
}

test("TLS for another name than the tunnel's is refused", async () => {
  const told = edge.told();
  const secure = connectTls({ socket: await openTunnel(), servername: "evil.test", ca: edge.authorityPem });
  secure.on("error", () => {});
  expect(await told).toMatchObject({ from: "policy", error: { code: "network.bad_request" } });
  secure.destroy();
});

test("HTTP/2 is held to the same rules", async () => {
  const authority = `api.test:${upstream.securePort}`;
  const socket = connectTls({
    socket: await openTunnel(),
    servername: "api.test",
    ca: edge.authorityPem,
    ALPNProtocols: ["h2"],
  });
  const session = connectHttp2(`https://${authority}`, { createConnection: () => socket });
  const ask = async (headers: Record<string, string>) => {
    const stream = session.request({ ":path": "/", ...headers });
    stream.end();
    stream.resume();
    return once(stream, "response").then(
      ([head]: readonly Record<string, unknown>[]) => head?.[":status"],
      () => "refused",
    );
  };
  expect(await ask({ ":authority": authority })).toBe(200);
  expect(await ask({ ":authority": "evil.test" })).toBe(400);
  expect(await ask({ ":authority": authority, host: "evil.test" })).toBe(400);
  expect(await ask({ ":path": "/a#b" })).toBe(400);
  // The library itself ends the connection for these.
  expect(await ask({ ":path": "https://evil.test/" })).not.toBe(200);
  expect(await ask({ ":path": "/a b" })).toBe("refused");
  expect(upstream.heard).toHaveLength(1);
  session.destroy();
});

test("a name that leads to a private address is refused when it is connected to, also when it is so only sometimes", async () => {
  const answers = [["8.8.8.8", "127.0.0.1"], ["127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"]];
  const count = answers.length;
  const guarded = await openPassingEdge(upstream, {
    policy: { allow: [{ host: "api.test", ports: [upstream.port] }] },
    resolve: () => Promise.resolve(answers.shift() ?? []),
  });
  const connections = upstream.connectionCount();
  const base = await guarded.stand(`http://${host}`);
  for (let index = 0; index < count; index += 1) {
    const answer = await fetch(base);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "network.egress_refused" });
  }
  expect(upstream.connectionCount()).toBe(connections);
  expect(guarded.exchanges.map(({ from }) => from)).toEqual(["policy", "policy", "policy", "policy"]);
});

test("more connections than the limit are closed at once", async () => {
  const narrow = await openPassingEdge(upstream, {}, { connectionsMax: 2 });
  const port = portOf(narrow.proxyUrl);
  const held = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  await Promise.all(held.map((socket) => once(socket, "connect")));
  expect(await rawExchange(port, `${GET}\r\n`)).toBe("");
  for (const socket of held) socket.destroy();
});
