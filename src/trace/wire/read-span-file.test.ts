import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LIMITS } from "../../kernel/index.ts";
import { parseTraceJson } from "./parse-trace-json.ts";
import { readSpanFile } from "./read-span-file.ts";

const data = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
const folder = join(data, "frameworks/any-agent");
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];

test("recorded files: every id is the number that stands in the text, and every parent is a span of the file", ({
  skip,
}) => {
  skip(files.length === 0, "no recordings: set AEGIS_DATA to their folder");
  for (const file of files) {
    const text = readFileSync(join(folder, file), "utf8");
    const { spans, refused, cutCount } = readSpanFile(text);
    expect({ refused, cutCount }).toEqual({ refused: [], cutCount: 0 });
    const own = [...text.matchAll(/"context": \{\s*"trace_id": (\d+),\s*"span_id": (\d+)/g)];
    const padded = (digits: string | undefined, length: number) =>
      BigInt(digits ?? 0)
        .toString(16)
        .padStart(length, "0");
    expect(own.length).toBeGreaterThan(0);
    expect(spans.map(({ traceId, spanId }) => [traceId, spanId])).toEqual(
      own.map(([, trace, span]) => [padded(trace, 32), padded(span, 16)]),
    );
    const starts = [...text.matchAll(/"start_time": (\d+)/g)].map(([, digits]) => digits);
    expect(spans.map(({ startNs }) => startNs)).toEqual(starts);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const parents = spans.flatMap(({ parentSpanId }) => parentSpanId ?? []);
    expect(parents.length).toBe(spans.length - 1);
    expect(parents.filter((parent) => !ids.has(parent))).toEqual([]);
    expect(spans.every(({ kind, resource }) => kind === 1 && typeof resource["service.name"] === "string")).toBe(true);
  }
});

test("spans as Python's console exporter prints them", () => {
  const span = {
    name: "chat gpt-4",
    context: { trace_id: "0x6194e8840c82d3d4976b004835d78696", span_id: "0x088bf35e7dd5ba02", trace_state: "[]" },
    kind: "SpanKind.CLIENT",
    parent_id: "0x1",
    start_time: "2024-05-31T20:46:32.954871Z",
    end_time: "2024-05-31T20:46:33Z",
    status: { status_code: "ERROR", description: "no" },
    attributes: { "gen_ai.system": "openai", tags: ["a", 1, { b: null }] },
    events: [{ name: "e", timestamp: "2024-05-31T20:46:32.5Z", attributes: { a: 1 } }],
    links: [{ context: { trace_id: 1, span_id: 2 }, attributes: {} }, { context: {} }],
    resource: { attributes: { "service.name": "s" }, schema_url: "https://example.com" },
  };
  expect(readSpanFile(JSON.stringify([span])).spans).toEqual([
    {
      traceId: "6194e8840c82d3d4976b004835d78696",
      spanId: "088bf35e7dd5ba02",
      parentSpanId: "0000000000000001",
      name: "chat gpt-4",
      kind: 3,
      startNs: "1717188392954871000",
      endNs: "1717188393000000000",
      status: { code: "error", message: "no" },
      attributes: { "gen_ai.system": "openai", tags: ["a", 1, { b: null }] },
      events: [{ name: "e", timeNs: "1717188392500000000", attributes: { a: 1 } }],
      links: [{ traceId: `${"0".repeat(31)}1`, spanId: `${"0".repeat(15)}2`, attributes: {} }],
      resource: { "service.name": "s" },
      resourceSchemaUrl: "https://example.com",
    },
  ]);
});

test("a span without ids is refused, one that is too long is cut", () => {
  const context = { trace_id: 1, span_id: 1 };
  const spans = [{ name: "no ids" }, { context, attributes: { a: "x".repeat(LIMITS.spanTextBytesMax + 1) } }];
  const read = readSpanFile(JSON.stringify({ spans }));
  expect(read.refused).toEqual([{ reason: "bad_trace_id", count: 1 }]);
  expect(read.cutCount).toBe(1);
});

test.each(["{}", "5", "[5]", '{"spans":5}', '{"spans":[{"context":5}]}', "no JSON"])(
  "%s is no file of spans",
  (text) => {
    expect(() => readSpanFile(text)).toThrow(expect.objectContaining({ code: "trace.bad_payload" }));
  },
);

test.each([
  {
    text: '{"trace_id": 39712373237291850001929057769826244787}',
    read: { trace_id: "0x1de0532b350588ff152b1edf6bf358b3" },
  },
  { text: '{"n": 39712373237291850001929057769826244787}', read: { n: "39712373237291850001929057769826244787" } },
  {
    text: "[9007199254740991,9007199254740992,-9007199254740993]",
    read: [9007199254740991, "9007199254740992", "-9007199254740993"],
  },
  { text: "[1.00000000000000000001, 1e20, 123456789012345678e-16]", read: [1, 1e20, 12.345678901234567] },
  { text: '{"a\\\\": "\\"[12345678901234567890", "b": 1}', read: { "a\\": '"[12345678901234567890', b: 1 } },
  { text: '"12345678901234567890"', read: "12345678901234567890" },
])("big numbers of JSON keep their digits: $text", ({ text, read }) => {
  expect(parseTraceJson(text)).toEqual(read);
});
