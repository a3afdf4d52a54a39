import { connect } from "node:net";
import { brotliCompressSync, createGzip, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AccessScope, Role } from "../src/domain/index.ts";
import { AegisError, LIMITS } from "../src/kernel/index.ts";
import {
  decodeExportResponse,
  encodeTraceJson,
  encodeTraceProtobuf,
  type OtlpEncoding,
} from "../src/trace/wire/index.ts";
import { testProject } from "./cli-kit.ts";
import { openServed, type Served } from "./server-kit.ts";
import { ECHO, listedBy, residentMib, serve } from "./trace-kit.ts";

const TYPES = { protobuf: "application/x-protobuf", json: "application/json" } as const;
const ENCODINGS: readonly OtlpEncoding[] = ["protobuf", "json"];
const SPAN = {
  traceId: "5b8efff798038103d269b633813fc60c",
  spanId: "eee19b7ec3c1b174",
  name: "chat",
  startNs: "1790000000000000000",
  endNs: "1790000001000000000",
  attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o" },
  resource: { "service.name": "desk" },
};

let open: Served;
let closed: Served;
beforeAll(async () => {
  [open, closed] = await Promise.all([openServed(), openServed({ auth: {} })]);
});
afterAll(() => Promise.all([open.close(), closed.close()]));

function encoded(encoding: OtlpEncoding): Uint8Array<ArrayBuffer> {
  return encoding === "json" ? Buffer.from(encodeTraceJson([SPAN])) : encodeTraceProtobuf([SPAN]);
}

interface Sent {
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly type?: string;
  readonly coding?: string;
  readonly token?: string;
}

async function send(url: string, { bytes = new Uint8Array(), type, coding, token }: Sent) {
  const response = await fetch(`${url}/v1/traces`, {
    method: "POST",
    body: bytes,
    headers: {
      ...(type !== undefined && { "content-type": type }),
      ...(coding !== undefined && { "content-encoding": coding }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  });
  const answer = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, type: response.headers.get("content-type"), answer };
}

/** The message of a google.rpc.Status that holds nothing else. */
function statusMessage(bytes: Buffer, encoding: OtlpEncoding): string {
  if (encoding === "json") {
    const { message, ...others } = JSON.parse(bytes.toString()) as { readonly message: string };
    expect(others).toEqual({});
    return message;
  }
  // Field 2, a text.
  expect(bytes[0]).toBe(0x12);
  const isLong = (bytes[1] ?? 0) > 127;
  const length = isLong ? ((bytes[1] ?? 0) & 127) + (bytes[2] ?? 0) * 128 : (bytes[1] ?? 0);
  const text = bytes.subarray(isLong ? 3 : 2);
  expect(text.length).toBe(length);
  return text.toString();
}

interface Refused extends Sent {
  readonly name: string;
  readonly status: number;
  readonly code: string;
}

function refusedIn(encoding: OtlpEncoding): Refused[] {
  return [
    { name: "no telemetry", bytes: Buffer.from("\xff\xff{"), status: 400, code: "trace.bad_payload" },
    { name: "a part of it", bytes: encoded(encoding).slice(0, -3), status: 400, code: "trace.bad_payload" },
    {
      name: "more than may be",
      bytes: Buffer.alloc(LIMITS.traceBodyBytesMax + 1),
      status: 413,
      code: "request.too_large",
    },
    {
      name: "what unpacks to more than may be",
      bytes: gzipSync(Buffer.alloc(LIMITS.traceUnpackedBytesMax + 1)),
      coding: "gzip",
      status: 413,
      code: "request.too_large",
    },
    { name: "a coding nobody reads", coding: "compress", status: 415, code: "request.bad_encoding" },
    { name: "gzip that is none", bytes: encoded(encoding), coding: "gzip", status: 415, code: "request.bad_encoding" },
  ];
}

describe.each(ENCODINGS)("an exporter that speaks %s", (encoding) => {
  const type = TYPES[encoding];
  test.each(refusedIn(encoding))("and sends $name hears $status in it", async ({ status, code, ...sent }) => {
    const seen = await send(open.url, { type: `${type}; charset=utf-8`, ...sent });
    expect(seen).toMatchObject({ status, type });
    expect(statusMessage(seen.answer, encoding)).toMatch(new RegExp(`[.] [A-Z].*[.] \\[${code}\\]$`));
    // Sending it again would not help.
    expect(seen.headers.get("retry-after")).toBeNull();
  });

  test("and may not send hears that in it", async () => {
    const nobody = await send(closed.url, { type, bytes: encoded(encoding) });
    expect(nobody).toMatchObject({ status: 401, type });
    expect(nobody.headers.get("www-authenticate")).toBe('Bearer realm="aegis"');
    expect(statusMessage(nobody.answer, encoding)).toMatch(/\[auth\.required\]$/);
    const { secret: token } = await closed.makeKey({
      name: `reader ${encoding}`,
      role: "admin",
      scopes: ["traces:read"],
    });
    const reader = await send(closed.url, { type, bytes: encoded(encoding), token });
    expect(reader).toMatchObject({ status: 403, type });
    expect(statusMessage(reader.answer, encoding)).toMatch(/\[auth\.forbidden\]$/);
  });

  test("and comes at a bad time is asked to come again, and then loses nothing", async () => {
    const own = await openServed({ limits: { requestsInFlightMax: 1 } });
    const { port } = new URL(own.url);
    const socket = connect(Number(port), "127.0.0.1");
    try {
      socket.write(`POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: ${type}\r\n`);
      socket.write("Content-Length: 16\r\n\r\n{");
      await expect.poll(async () => (await send(own.url, { type, bytes: encoded(encoding) })).status).toBe(429);
      const busy = await send(own.url, { type, bytes: encoded(encoding) });
      expect(busy).toMatchObject({ status: 429, type });
      expect(busy.headers.get("retry-after")).toBe("1");
      socket.destroy();
      await expect.poll(async () => (await send(own.url, { type, bytes: encoded(encoding) })).status).toBe(200);
    } finally {
      socket.destroy();
      await own.close();
    }
  });

  test("and finds the store gone is asked to come again", async () => {
    const own = await openServed();
    const gone = () => Promise.reject(new AegisError("store.unavailable", "The store is gone"));
    const store = { ...own.store, addSpans: gone };
    const { url, close } = await openServed({ store });
    try {
      const seen = await send(url, { type, bytes: encoded(encoding) });
      expect(seen).toMatchObject({ status: 503, type });
      expect(seen.headers.get("retry-after")).toBe("1");
      expect(statusMessage(seen.answer, encoding)).toMatch(/\[store\.unavailable\]$/);
    } finally {
      await close();
      await own.close();
    }
  });
});

describe.each(ENCODINGS)("an exporter that speaks %s, and is heard,", (encoding) => {
  const type = TYPES[encoding];

  test("and sends some bad spans keeps the others, and is told of the bad ones", async () => {
    const good = { ...SPAN, traceId: encoding === "json" ? "a".repeat(32) : "b".repeat(32) };
    const spans = [good, { ...good, spanId: "0000000000000000" }, { ...good, spanId: "00000000000000a2" }];
    const orphan = { ...good, spanId: "00000000000000a3", traceId: "0".repeat(32) };
    const all = [...spans, orphan];
    const bytes = encoding === "json" ? Buffer.from(encodeTraceJson(all)) : encodeTraceProtobuf(all);
    const seen = await send(open.url, { type, bytes });
    expect(seen).toMatchObject({ status: 200, type });
    const partial = decodeExportResponse(seen.answer, encoding);
    expect(partial?.rejectedSpans).toBe(2);
    expect(partial?.errorMessage).toMatch(
      /1 span with a trace id .* 1 span with a span id |1 span with a span id .* 1 span with a trace id /,
    );
    // As OTLP has it: whole numbers of 64 bits are text in JSON.
    if (encoding === "json") expect(seen.answer.toString()).toContain('"rejectedSpans":"2"');
    const kept = await open.store.readSpans(good.traceId);
    expect(kept.map(({ spanId }) => spanId).toSorted()).toEqual(["00000000000000a2", SPAN.spanId]);
  });

  test("and sends all that is right hears nothing more", async () => {
    const seen = await send(open.url, { type, bytes: encoded(encoding) });
    expect(seen).toMatchObject({ status: 200, type });
    expect(decodeExportResponse(seen.answer, encoding)).toBeUndefined();
    expect(seen.answer.toString()).toBe(encoding === "json" ? "{}" : "");
  });
});

test("who speaks neither is answered as every other client", async () => {
  for (const type of [undefined, "text/plain", "application/grpc"]) {
    const seen = await send(open.url, { ...(type !== undefined && { type }), bytes: encoded("json") });
    expect(seen).toMatchObject({ status: 415, type: "application/problem+json" });
    expect(JSON.parse(seen.answer.toString())).toMatchObject({ code: "request.bad_type", status: 415 });
  }
});

const KEYS: readonly { role: Role; scopes?: AccessScope[]; mayRead: boolean; mayWrite: boolean }[] = [
  { role: "user", mayRead: false, mayWrite: false },
  { role: "user", scopes: [], mayRead: false, mayWrite: false },
  { role: "user", scopes: ["sessions:write"], mayRead: false, mayWrite: false },
  { role: "user", scopes: ["traces:write"], mayRead: false, mayWrite: true },
  { role: "user", scopes: ["traces:read"], mayRead: true, mayWrite: false },
  { role: "user", scopes: ["traces:read", "traces:write"], mayRead: true, mayWrite: true },
  { role: "operator", mayRead: true, mayWrite: true },
  { role: "operator", scopes: ["sessions:read"], mayRead: false, mayWrite: false },
  { role: "admin", scopes: ["traces:write"], mayRead: false, mayWrite: true },
];

test.each(KEYS)(
  "$role with the scopes $scopes: reads $mayRead, sends $mayWrite",
  async ({ role, scopes, mayRead, mayWrite }) => {
    const name = `${role} ${scopes?.join(" ")}`;
    const { secret: token } = await closed.makeKey({ name, role, ...(scopes && { scopes }) });
    const sent = await send(closed.url, { type: TYPES.json, bytes: encoded("json"), token });
    const said = await closed.send("POST", "/v1/traces/none/feedback", {
      token,
      body: { kind: "rating", name: "thumb", score: 1 },
    });
    expect([sent.status, said.status]).toEqual(mayWrite ? [200, 404] : [403, 403]);
    for (const path of ["", "/none", "/none/events", "/none/feedback"]) {
      const { status } = await closed.send("GET", `/v1/traces${path}`, { token });
      expect(status, path).toBe(mayRead ? (path === "" ? 200 : 404) : 403);
    }
  },
);

test("other sites' pages may not send, where nobody is asked who they are", async () => {
  const seen = await fetch(`${open.url}/v1/traces`, {
    method: "POST",
    body: encoded("json"),
    headers: { "content-type": TYPES.json, origin: "https://elsewhere.example" },
  });
  expect(seen.status).toBe(403);
});

describe("packed bombs", () => {
  const GIGABYTE = 1024 ** 3;
  const ROUNDS = 4;
  const AT_ONCE = 8;
  /** Room for what one body may unpack to, and for what a small one needs beside it. */
  const GROWTH_MAX_MIB = 400;

  test("are refused, fast, and take no memory that counts", { timeout: 120_000 }, async () => {
    const { url, pid } = await serve(testProject(ECHO));
    for (let index = 0; index < 20; index += 1) await send(url, { type: TYPES.json, bytes: encoded("json") });
    const before = residentMib(pid);
    let highest = 0;
    const watch = setInterval(() => (highest = Math.max(highest, residentMib(pid))), 5);
    const gzipped = await gzipOfZeros(GIGABYTE);
    const zeros = Buffer.alloc(LIMITS.traceUnpackedBytesMax + 1);
    const bombs = [
      { coding: "gzip", bytes: gzipped },
      { coding: "gzip, gzip", bytes: gzipSync(gzipped) },
      { coding: "br", bytes: brotliCompressSync(zeros) },
      { coding: "zstd", bytes: zstdCompressSync(zeros) },
    ] as { coding: string; bytes: Uint8Array<ArrayBuffer> }[];
    const times: number[] = [];
    const blast = async (bomb: (typeof bombs)[number]) => {
      const startedMs = performance.now();
      expect((await send(url, { type: TYPES.protobuf, ...bomb })).status).toBe(413);
      times.push(performance.now() - startedMs);
    };
    for (const bomb of bombs) await blast(bomb);
    const alone = Math.max(...times);
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => blast(bombs[index % bombs.length]!)));
    }
    clearInterval(watch);
    process.stderr.write(
      `bombs: ${before} MiB before, ${highest} MiB at most, ${residentMib(pid)} MiB after; ${alone.toFixed(0)} ms alone, ${Math.max(...times).toFixed(0)} ms with ${AT_ONCE} at once\n`,
    );
    expect(highest - before).toBeLessThan(GROWTH_MAX_MIB);
    expect(alone).toBeLessThan(5_000);
    await send(url, { type: TYPES.json, bytes: encoded("json") });
    await expect.poll(() => listedBy(url), { timeout: 20_000 }).toMatchObject([{ traceId: SPAN.traceId }]);
  });

  async function gzipOfZeros(bytes: number): Promise<Buffer<ArrayBuffer>> {
    const packed = createGzip();
    const chunk = Buffer.alloc(1024 * 1024);
    void (async () => {
      for (let done = 0; done < bytes; done += chunk.length) {
        if (!packed.write(chunk)) await new Promise((resolve) => packed.once("drain", resolve));
      }
      packed.end();
    })();
    const pieces: Buffer[] = [];
    for await (const piece of packed as AsyncIterable<Buffer>) pieces.push(piece);
    return Buffer.concat(pieces);
  }
});
