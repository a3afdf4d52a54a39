import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FAULT_KINDS } from "../src/fault/index.ts";
import { look, nameOf, openFaultyWorld } from "./faults/fault-kit.ts";
import {
  BODY_ROWS,
  CONNECTION_ROWS,
  type HttpRow,
  LASTING_ROWS,
  SEMANTIC_ROWS,
  STATUS_ROWS,
  STREAM_ROWS,
} from "./faults/http-rows.ts";

import { MCP_ROWS } from "./faults/mcp-rows.ts";
import { MODEL_ROWS, MODEL_STREAM_ROWS } from "./faults/model-rows.ts";

const HTTP_ROWS: readonly HttpRow[] = [
  ...CONNECTION_ROWS,
  ...STATUS_ROWS,
  ...BODY_ROWS,
  ...SEMANTIC_ROWS,
  ...STREAM_ROWS,
  ...LASTING_ROWS,
];

test.each(HTTP_ROWS)("http: $fault", async ({ fault, side, path = "/orders", init, sees, detail = {} }) => {
  await using world = await openFaultyWorld([{ on: "http *", call: 1, do: fault, ...(side && { side }) }]);
  await sees(await look(`${world.url}${path}`, init), world);
  expect(world.told[0]).toMatchObject({
    fault: nameOf(fault),
    on: expect.stringContaining(path.split("?")[0] ?? ""),
    detail,
  });
  const after = await look(`${world.url}/oauth/orders-after`);
  expect([after.status, after.error]).toEqual([200, undefined]);
});

test("no fault of the catalogue is without a row, but the one that takes two reads to see", () => {
  const rows = [...HTTP_ROWS, ...MODEL_ROWS, ...MODEL_STREAM_ROWS, ...MCP_ROWS];
  const seen = new Set([...rows.map(({ fault }) => nameOf(fault)), "read-after-write-lag"]);
  expect(FAULT_KINDS.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
});

// curl's exit codes: 56 the tunnel came to nothing, 28 out of time, 60 the certificate is not to be trusted.
test.each([
  { fault: "dns-failure", exit: 56, says: /response 502/ },
  { fault: "connection-refused", exit: 56, says: /response 502/ },
  { fault: "black-hole", exit: 28, says: /timed out/i },
  { fault: "tls-invalid", exit: 60, says: /alternative certificate subject name|does not match/ },
  { fault: "tls-expired", exit: 60, says: /expired/ },
])("curl through the proxy, https: $fault", async ({ fault, exit, says }) => {
  await using world = await openFaultyWorld([{ on: "http 127.0.0.1", call: 1, do: fault }]);
  const folder = await mkdtemp(join(tmpdir(), "faults-"));
  try {
    const authority = join(folder, "authority.pem");
    await writeFile(authority, world.edge.authorityPem);
    const url = world.upstream.origin.replace("http:", "https:");
    const flags = ["-sS", "--max-time", "1", "--noproxy", "", "-x", world.edge.proxyUrl, "--cacert", authority];
    expect(await curl([...flags, url])).toEqual({ exit, stderr: expect.stringMatching(says) });
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(world.told).toMatchObject([{ fault, on: expect.stringMatching(/^http CONNECT 127\.0\.0\.1:\d+/) }]);
});

test("curl through the proxy, http: a connection fault counts connections, and others their requests", async () => {
  await using world = await openFaultyWorld([
    { on: "http 127.0.0.1", call: 1, do: "connection-refused" },
    { on: "http GET 127.0.0.1/orders", call: 1, do: "not-found" },
  ]);
  const statuses = [];
  for (let count = 0; count < 3; count += 1) {
    const flags = ["-sS", "-o", "/dev/null", "-w", "%{stderr}%{http_code}", "--noproxy", "", "-x", world.edge.proxyUrl];
    statuses.push((await curl([...flags, `${world.upstream.origin}/orders`])).stderr);
  }
  expect(statuses).toEqual(["502", "404", "200"]);
  expect(world.told.map(({ fault }) => fault)).toEqual(["connection-refused", "not-found"]);
});

test("a raw socket sees the bytes: a length that is not kept, and an end that comes late", async () => {
  await using world = await openFaultyWorld([
    { on: "http *", call: 1, do: { "wrong-length": 7 } },
    { on: "http *", call: 2, do: { "slow-close": 150 } },
  ]);
  const short = await rawRequest(world.url);
  const announced = Number(/content-length: (\d+)/i.exec(short.text)?.[1]);
  expect(announced - Buffer.byteLength(short.text.split("\r\n\r\n")[1] ?? "")).toBe(7);
  const late = await rawRequest(world.url);
  expect(late.text).toContain('"next_cursor":"c2"}');
  expect(late.silentMs).toBeGreaterThan(100);
});

function curl(flags: readonly string[]): Promise<{ readonly exit: number; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile("curl", flags, { timeout: 5_000 }, (error, _, stderr) =>
      resolve({ exit: Number(error?.code ?? 0), stderr }),
    );
  });
}

/** One request over a connection that is closed after it. `silentMs`: between the last of the body and the end. */
async function rawRequest(url: string): Promise<{ readonly text: string; readonly silentMs: number }> {
  const { host, port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(`GET /orders HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let text = "";
  let bodyAtMs = 0;
  for await (const chunk of socket) {
    text += String(chunk);
    if (bodyAtMs === 0 && text.includes("next_cursor")) bodyAtMs = performance.now();
  }
  return { text, silentMs: performance.now() - bodyAtMs };
}
