import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { ObservedSpan } from "../../domain/index.ts";
import type { AegisError } from "../../kernel/index.ts";
import { encodeExportResponse, otlpEncodingOf, readOtlpRequest } from "../wire/index.ts";
import { openOtlpExporter, type OtlpExporter, type OtlpExporterOptions } from "./open-otlp-exporter.ts";
import { retryAfterMs } from "./post-batch.ts";

interface Asked {
  readonly atMs: number;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly spans: readonly ObservedSpan[];
}
type Answer = (response: ServerResponse, asked: Asked) => void;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const good: Answer = (response, { headers }) => {
  response.end(encodeExportResponse(undefined, otlpEncodingOf(headers["content-type"])));
};
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end("no");

/** A collector that gives these answers in turn, then good ones. */
async function collector(answers: readonly Answer[] = []): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const contentType = request.headers["content-type"];
      const { spans } = readOtlpRequest({ contentType, bytes: Buffer.concat(chunks) });
      const each = { atMs: performance.now(), path: request.url, headers: request.headers, spans };
      (answers[asked.push(each) - 1] ?? good)(response, each);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, asked };
}

const problems: AegisError[] = [];
function open(url: string, options: Partial<OtlpExporterOptions> = {}): OtlpExporter {
  problems.length = 0;
  const quick = { batchWaitMs: 5, backoffMinMs: 4, random: () => 1 };
  return openOtlpExporter({ url, onProblem: (problem) => problems.push(problem), ...quick, ...options });
}

const spansOf = (count: number, from = 1): ObservedSpan[] =>
  Array.from({ length: count }, (_, index) => ({
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: (from + index).toString(16).padStart(16, "0"),
    name: `span ${from + index}`,
    startNs: "1544712660000000000",
    attributes: { index },
    resource: { "service.name": "shop" },
  }));

test.each(["protobuf", "json"] as const)(
  "runs that finish soon after each other go in one request: %s",
  async (protocol) => {
    const { url, asked } = await collector();
    const exporter = open(url, { protocol, headers: { authorization: "Bearer k" }, batchWaitMs: 50 });
    exporter.send(spansOf(2));
    exporter.send(spansOf(1, 3));
    expect(exporter.counts()).toEqual({ queued: 3, sent: 0, rejected: 0, dropped: 0 });
    await expect.poll(() => exporter.counts().sent, { timeout: 20_000 }).toBe(3);
    expect(asked.map(({ spans }) => spans)).toEqual([spansOf(2).concat(spansOf(1, 3))]);
    expect(asked[0]).toMatchObject({ path: "/v1/traces", headers: { authorization: "Bearer k" } });
    await exporter.close();
    expect(problems).toEqual([]);
  },
);

test("full batches do not wait, and an address with a path is taken as it is", async () => {
  const { url, asked } = await collector();
  await using exporter = open(`${url}/otel?x=1`, { batchSpansMax: 2, batchWaitMs: 60_000 });
  exporter.send(spansOf(5));
  await expect.poll(() => exporter.counts().sent, { timeout: 20_000 }).toBe(4);
  expect(asked.map(({ path }) => path)).toEqual(["/otel?x=1", "/otel?x=1"]);
  await exporter.flush();
  expect(asked.map(({ spans }) => spans.length)).toEqual([2, 2, 1]);
});

test("flushing sends several batches without a wait", async () => {
  const { url, asked } = await collector();
  const exporter = open(url, { batchSpansMax: 2, batchWaitMs: 60_000 });
  exporter.send(spansOf(1));
  await sleep(5);
  exporter.send(spansOf(4, 2));
  await exporter.flush();
  expect(asked.map(({ spans }) => spans.length)).toEqual([2, 2, 1]);
  await exporter.close();
});

test.each([429, 502, 503, 504])("%i is asked again, later each time, until it is taken", async (code) => {
  const { url, asked } = await collector([status(code), status(code)]);
  await using exporter = open(url, { backoffMinMs: 20 });
  exporter.send(spansOf(1));
  await exporter.flush();
  expect(exporter.counts()).toEqual({ queued: 0, sent: 1, rejected: 0, dropped: 0 });
  const [first = 0, second = 0, third = 0] = asked.map(({ atMs }) => atMs);
  expect(second - first).toBeGreaterThanOrEqual(19);
  expect(third - second).toBeGreaterThanOrEqual(39);
  expect(problems).toEqual([]);
});

test("Retry-After is obeyed, also by the batches behind", async () => {
  const { url, asked } = await collector([status(503, { "retry-after": "1" })]);
  await using exporter = open(url, { batchSpansMax: 1 });
  exporter.send(spansOf(2));
  await exporter.flush();
  expect(asked.map(({ spans }) => spans[0]?.name)).toEqual(["span 1", "span 1", "span 2"]);
  expect((asked[1]?.atMs ?? 0) - (asked[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(999);
});

test.each([
  { header: "3", ms: 3_000 },
  { header: " 0.5 ", ms: 500 },
  { header: "Thu, 01 Jan 1970 00:00:07 GMT", ms: 5_000 },
  { header: "Thu, 01 Jan 1970 00:00:01 GMT", ms: 0 },
  { header: "99999999", ms: 600_000 },
  { header: "soon", ms: undefined },
  { header: "", ms: undefined },
  { header: null, ms: undefined },
])("Retry-After $header", ({ header, ms }) => {
  expect(retryAfterMs(header, 2_000)).toBe(ms);
});

test.each([
  { what: "what asking again would not change", answer: status(400) },
  { what: "an answer that leads elsewhere", answer: status(307, { location: "http://127.0.0.1:1/" }) },
  { what: "a server error that OTLP does not call passing", answer: status(500) },
])("$what is lost, told and counted, and the next batch is sent", async ({ answer }) => {
  const { url, asked } = await collector([answer]);
  await using exporter = open(url, { batchSpansMax: 1 });
  exporter.send(spansOf(2));
  await exporter.flush();
  expect(asked).toHaveLength(2);
  expect(exporter.counts()).toEqual({ queued: 0, sent: 1, rejected: 0, dropped: 1 });
  expect(problems.map(({ code, message }) => [code, message.replace(/:\d+:/, ":PORT:")])).toEqual([
    [
      "trace.export_failed",
      expect.stringMatching(/^The collector at 127.0.0.1:PORT: 1 span could not be sent: it answered \d+\.$/),
    ],
  ]);
});

test("what stays unreachable is given up after its attempts", async () => {
  const { url, asked } = await collector(Array.from({ length: 3 }, () => (response) => void response.destroy()));
  await using exporter = open(url, { attemptsMax: 3 });
  exporter.send(spansOf(2));
  await exporter.flush();
  expect(asked).toHaveLength(3);
  expect(exporter.counts().dropped).toBe(2);
  expect(problems[0]?.message).toContain("it cannot be reached");
});

test("a collector that never answers is asked again after the timeout", async () => {
  const { url, asked } = await collector([() => {}]);
  await using exporter = open(url, { timeoutMs: 300 });
  exporter.send(spansOf(1));
  await exporter.flush();
  expect(asked).toHaveLength(2);
  expect(exporter.counts().sent).toBe(1);
});

test("a batch that is too large is sent in halves, a span that is too large alone is lost", async () => {
  const tooLarge: Answer = (response, asked) =>
    asked.spans.length > 1 || asked.spans[0]?.name === "span 3" ? status(413)(response, asked) : good(response, asked);
  const { url, asked } = await collector(Array.from({ length: 99 }, () => tooLarge));
  await using exporter = open(url);
  exporter.send(spansOf(4));
  await exporter.flush();
  expect(asked.map(({ spans }) => spans.length)).toEqual([4, 2, 1, 1, 2, 1, 1]);
  expect(exporter.counts()).toEqual({ queued: 0, sent: 3, rejected: 0, dropped: 1 });
});

test.each(["protobuf", "json"] as const)(
  "what the collector says it did not take is counted and told: %s",
  async (protocol) => {
    const partly: Answer = (response) =>
      void response.end(encodeExportResponse({ rejectedSpans: 2, errorMessage: "no room" }, protocol));
    const { url } = await collector([partly]);
    await using exporter = open(url, { protocol });
    exporter.send(spansOf(3));
    await exporter.flush();
    expect(exporter.counts()).toEqual({ queued: 0, sent: 1, rejected: 2, dropped: 0 });
    expect(problems[0]?.message).toContain("did not take 2 spans: no room");
  },
);

test("an answer without end is not read without end", async () => {
  const endless: Answer = (response) => {
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    const write = () => void (response.destroyed || (response.write(chunk), setImmediate(write)));
    write();
  };
  const { url, asked } = await collector([endless]);
  await using exporter = open(url, { timeoutMs: 5_000 });
  exporter.send(spansOf(1));
  await exporter.flush();
  expect(asked).toHaveLength(1);
  expect(exporter.counts().sent).toBe(1);
});

test("a full queue drops whole runs and counts them; nothing waits", async () => {
  const { url, asked } = await collector();
  await using exporter = open(url, { queueSpansMax: 4, batchWaitMs: 60_000 });
  for (const count of [3, 2, 1]) exporter.send(spansOf(count));
  expect(exporter.counts()).toEqual({ queued: 4, sent: 0, rejected: 0, dropped: 2 });
  await exporter.flush();
  expect(asked.flatMap(({ spans }) => spans)).toHaveLength(4);
});

test("closing sends what is left, ends in time, and takes nothing more", async () => {
  const { url } = await collector([good, status(503, { "retry-after": "60" })]);
  const exporter = open(url, { batchWaitMs: 60_000 });
  exporter.send(spansOf(1));
  await exporter.close();
  exporter.send(spansOf(1));
  expect(exporter.counts()).toEqual({ queued: 0, sent: 1, rejected: 0, dropped: 1 });
  const stuck = open(url, { batchSpansMax: 1 });
  stuck.send(spansOf(2));
  const startMs = performance.now();
  await Promise.all([stuck.close({ timeoutMs: 50 }), stuck.close({ timeoutMs: 50 })]);
  expect(performance.now() - startMs).toBeLessThan(2_000);
  expect(stuck.counts()).toEqual({ queued: 0, sent: 0, rejected: 0, dropped: 2 });
  expect(problems.at(-1)?.message).toContain("the exporter was closed");
});

test("a listener that throws stops nothing, and sending after a pause begins anew", async () => {
  const { url } = await collector([status(400)]);
  await using exporter = open(url, {
    onProblem: () => {
      throw new Error("mine");
    },
  });
  exporter.send(spansOf(1));
  await exporter.flush();
  exporter.send([]);
  exporter.send(spansOf(1));
  await exporter.flush();
  expect(exporter.counts()).toMatchObject({ sent: 1, dropped: 1 });
});

test.each(["localhost:4318", "ftp://x/", "nothing", "http://user:secret@localhost/"])(
  "%s is no address of a collector",
  (url) => {
    expect(() => open(url)).toThrow(expect.objectContaining({ code: "trace.export_failed" }));
    expect(() => open(url)).not.toThrow(/secret/);
  },
);

test("headers that HTTP cannot carry are refused at once, and not told", () => {
  const headers = { "x-key": "secret\nsecond line" };
  expect(() => open("http://localhost:4318", { headers })).toThrow(/^A header for the collector/);
});
