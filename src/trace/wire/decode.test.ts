import { expect, test } from "vitest";
import { LIMITS } from "../../kernel/index.ts";
import { decodeTraceJson } from "./decode-json.ts";
import { decodeTraceProtobuf } from "./decode-protobuf.ts";
import { encodeTraceProtobuf } from "./encode-protobuf.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";
import { readOtlpRequest } from "./read-otlp-request.ts";
import { partialSuccessOf } from "./span-intake.ts";
import { jsonSpan, protobufSpan, SPAN_ID, spanOf, TRACE_ID } from "./wire.test-kit.ts";

const asProtobuf = (ids: { traceId: string; spanId?: string; parentSpanId?: string }) =>
  decodeTraceProtobuf(
    protobufSpan((writer) => {
      writer.bytes(1, ids.traceId, "hex");
      writer.bytes(2, ids.spanId ?? SPAN_ID, "hex");
      if (ids.parentSpanId !== undefined) writer.bytes(4, ids.parentSpanId, "hex");
    }),
  );

test.each([
  { what: "128 bits", ids: { traceId: TRACE_ID }, read: { traceId: TRACE_ID, spanId: SPAN_ID } },
  { what: "64 bits", ids: { traceId: SPAN_ID }, read: { traceId: SPAN_ID } },
  {
    what: "a parent of zeros, which is none",
    ids: { traceId: TRACE_ID, parentSpanId: "0".repeat(16) },
    read: { traceId: TRACE_ID },
  },
  { what: "an empty parent", ids: { traceId: TRACE_ID, parentSpanId: "" }, read: { traceId: TRACE_ID } },
  { what: "a trace of zeros", ids: { traceId: "0".repeat(32) }, refused: "bad_trace_id" },
  { what: "no trace", ids: { traceId: "" }, refused: "bad_trace_id" },
  { what: "a trace of 15 bytes", ids: { traceId: TRACE_ID.slice(2) }, refused: "bad_trace_id" },
  { what: "a trace of 17 bytes", ids: { traceId: `${TRACE_ID}00` }, refused: "bad_trace_id" },
  { what: "a span of zeros", ids: { traceId: TRACE_ID, spanId: "0".repeat(16) }, refused: "bad_span_id" },
  { what: "a span of 16 bytes", ids: { traceId: TRACE_ID, spanId: TRACE_ID }, refused: "bad_span_id" },
  { what: "a parent of 4 bytes", ids: { traceId: TRACE_ID, parentSpanId: "01020304" }, refused: "bad_parent_id" },
])("ids in both encodings: $what", ({ ids, read, refused }) => {
  for (const result of [asProtobuf(ids), decodeTraceJson(jsonSpan({ spanId: SPAN_ID, ...ids }))]) {
    expect(result.refused).toEqual(refused === undefined ? [] : [{ reason: refused, count: 1 }]);
    expect(result.spans).toHaveLength(refused === undefined ? 1 : 0);
    if (read !== undefined) expect(result.spans[0]).toMatchObject(read);
    expect(result.spans.filter((span) => "parentSpanId" in span)).toEqual([]);
  }
});

test("an id that is a beginning of the one before is another one", () => {
  const ids = [
    { traceId: TRACE_ID, parentSpanId: SPAN_ID },
    { traceId: TRACE_ID.slice(0, 16), parentSpanId: "" },
    { traceId: TRACE_ID, parentSpanId: SPAN_ID.slice(0, 8) },
    { traceId: TRACE_ID, parentSpanId: SPAN_ID },
  ];
  const writer = new ProtobufWriter();
  const writeSpan = ({ traceId, parentSpanId }: (typeof ids)[number]) =>
    writer.message(2, () => {
      writer.bytes(1, traceId, "hex");
      writer.bytes(2, SPAN_ID, "hex");
      writer.bytes(4, parentSpanId, "hex");
    });
  writer.message(1, () => writer.message(2, () => ids.forEach(writeSpan)));
  const { spans, refused } = decodeTraceProtobuf(writer.result());
  const read = spans.map(({ traceId, parentSpanId = "" }) => ({ traceId, parentSpanId }));
  expect(read).toEqual([ids[0], ids[1], ids[3]]);
  expect(refused).toEqual([{ reason: "bad_parent_id", count: 1 }]);
});

test.each([
  { what: "upper case", traceId: TRACE_ID.toUpperCase() },
  { what: "base64, as proto3's own JSON has it", traceId: Buffer.from(TRACE_ID, "hex").toString("base64") },
  { what: "base64 without its end", traceId: Buffer.from(TRACE_ID, "hex").toString("base64url") },
  { what: "0x in front", traceId: `0x${TRACE_ID}` },
])("an id in JSON in $what", ({ traceId }) => {
  const spanId = Buffer.from(SPAN_ID, "hex").toString("base64");
  expect(decodeTraceJson(jsonSpan({ traceId, spanId })).spans[0]).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
});

test.each([{ traceId: "g".repeat(32) }, { traceId: "5b8e" }, { parentSpanId: "parent" }, { spanId: "xxxxxxxxxx==" }])(
  "an id in JSON that is none is refused: %j",
  (ids) => {
    const { spans, refused } = decodeTraceJson(jsonSpan(ids));
    expect(spans).toEqual([]);
    expect(refused).toHaveLength(1);
  },
);

test.each([
  { told: "1544712660000000123", read: "1544712660000000123" },
  { told: 1_544_712_660, read: "1544712660" },
  { told: "18446744073709551615", read: "18446744073709551615" },
  { told: undefined, read: "0" },
  { told: null, read: "0" },
  { told: "0001", read: "1" },
  { told: "18446744073709551616", read: undefined },
  { told: "-1", read: undefined },
  { told: 1.5, read: undefined },
  { told: "yesterday", read: undefined },
  { told: true, read: undefined },
])("the time $told in JSON", ({ told, read }) => {
  const { spans, refused } = decodeTraceJson(jsonSpan({ startTimeUnixNano: told }));
  expect(spans[0]?.startNs).toBe(read);
  expect(refused).toEqual(read === undefined ? [{ reason: "bad_time", count: 1 }] : []);
});

test("times and whole numbers that stand in JSON as numbers keep every digit", () => {
  const text = jsonSpan({
    startTimeUnixNano: "START",
    name: 'a "9007199254740993", 9007199254740993',
    attributes: [{ key: "n", value: { intValue: "INT" } }],
  });
  const numbers = text.replace('"START"', "1758026594777382001").replace('"INT"', "-9007199254740993");
  expect(decodeTraceJson(numbers).spans).toMatchObject([
    {
      startNs: "1758026594777382001",
      name: 'a "9007199254740993", 9007199254740993',
      attributes: { n: "-9007199254740993" },
      types: { "attributes.n": "int" },
    },
  ]);
});

test.each([
  0n,
  1n,
  999_999_999n,
  1_000_000_000n,
  1_758_026_594_777_382_001n,
  2n ** 32n,
  2n ** 53n + 1n,
  2n ** 64n - 1n,
])("%s nanoseconds in protobuf", (ns) => {
  const bytes = encodeTraceProtobuf([spanOf({ startNs: String(ns) })]);
  expect(decodeTraceProtobuf(bytes).spans[0]?.startNs).toBe(String(ns));
});

test("fields in any order, unknown ones, and the names of older senders", () => {
  const writer = new ProtobufWriter();
  writer.message(1, () => {
    writer.message(1_000, () => {
      writer.message(2, () => {
        writer.uint(99, 5);
        writer.text(98, "unknown");
        writer.fixed32(97, 1);
        writer.double(96, 1);
        writer.bytes(2, SPAN_ID, "hex");
        writer.bytes(1, TRACE_ID, "hex");
        // A name as a number is no name: it is skipped like any unknown field.
        writer.uint(5, 7);
        writer.message(9, () => {
          writer.message(2, () => writer.textAlways(1, "value first"));
          writer.text(1, "key");
        });
      });
      writer.message(1, () => writer.text(1, "library"));
    });
    writer.message(1, () => writer.message(1, () => writer.text(1, "of the resource")));
  });
  const expected = {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    name: "",
    startNs: "0",
    attributes: { key: "value first" },
    resource: { "of the resource": null },
    scope: { name: "library" },
  };
  expect(decodeTraceProtobuf(writer.result()).spans).toEqual([expected]);
  const json = {
    unknown: [{}],
    resource_spans: [
      {
        resource: { attributes: [{ key: "of the resource" }] },
        instrumentationLibrarySpans: [
          {
            instrumentationLibrary: { name: "library" },
            spans: [
              {
                trace_id: TRACE_ID,
                span_id: SPAN_ID,
                kind: "SPAN_KIND_CLIENT",
                status: { code: "STATUS_CODE_ERROR" },
                attributes: [{ value: { string_value: "value first" }, key: "key" }],
              },
            ],
          },
        ],
      },
    ],
  };
  expect(decodeTraceJson(JSON.stringify(json)).spans).toEqual([{ ...expected, kind: 3, status: { code: "error" } }]);
});

test("an attribute called __proto__ is only a name", () => {
  const attributes = [
    { key: "__proto__", value: { kvlistValue: { values: [{ key: "polluted", value: { boolValue: true } }] } } },
  ];
  const { spans } = decodeTraceJson(jsonSpan({ attributes }));
  for (const span of [spans[0], decodeTraceProtobuf(encodeTraceProtobuf(spans)).spans[0]]) {
    expect(Object.getPrototypeOf(span?.attributes)).toBe(Object.prototype);
    expect(JSON.stringify(span?.attributes)).toBe('{"__proto__":{"polluted":true}}');
  }
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("bytes that are no UTF-8, and halves of characters, are replaced", () => {
  const bytes = protobufSpan((writer) => {
    writer.bytes(1, TRACE_ID, "hex");
    writer.bytes(2, SPAN_ID, "hex");
    writer.bytes(5, "61ff62", "hex");
  });
  expect(decodeTraceProtobuf(bytes).spans[0]?.name).toBe("a\uFFFDb");
  expect(decodeTraceJson(jsonSpan({ name: "a\uD800b" })).spans[0]?.name).toBe("a\uFFFDb");
});

test("a link that leads nowhere is left out and counted", () => {
  const links = [
    { traceId: "", spanId: SPAN_ID, attributes: [{ key: "n", value: { doubleValue: 1 } }] },
    { traceId: TRACE_ID, spanId: SPAN_ID, attributes: [{ key: "n", value: { intValue: "1" } }] },
  ];
  const kept = { links: [{ traceId: TRACE_ID, spanId: SPAN_ID, attributes: { n: 1 } }], droppedCounts: { links: 3 } };
  const fromJson = decodeTraceJson(jsonSpan({ links, droppedLinksCount: 2 })).spans[0];
  expect(fromJson).toMatchObject(kept);
  const bytes = protobufSpan((writer) => {
    writer.bytes(1, TRACE_ID, "hex");
    writer.bytes(2, SPAN_ID, "hex");
    writer.uint(14, 2);
    for (const [id, write] of [
      ["", () => writer.double(4, 1)],
      [TRACE_ID, () => writer.int64(3, 1)],
    ] as const) {
      writer.message(13, () => {
        writer.bytes(1, id, "hex");
        writer.bytes(2, SPAN_ID, "hex");
        writer.message(4, () => {
          writer.text(1, "n");
          writer.message(2, write);
        });
      });
    }
  });
  expect(decodeTraceProtobuf(bytes).spans[0]).toEqual(fromJson);
  expect(fromJson).not.toHaveProperty("types");
});

test("spans beyond the limit are refused, the ones before them kept", () => {
  const span = spanOf();
  const many = Array.from({ length: LIMITS.traceRequestSpansMax + 3 }, () => span);
  const { spans, refused } = decodeTraceProtobuf(encodeTraceProtobuf(many));
  expect(spans).toHaveLength(LIMITS.traceRequestSpansMax);
  expect(refused).toEqual([{ reason: "too_many", count: 3 }]);
});

test("a gigantic text is cut between characters, marked and counted", () => {
  const long = `x${"🙂".repeat(LIMITS.spanTextBytesMax / 4)}`;
  const span = spanOf({ attributes: { long, fits: "y".repeat(LIMITS.spanTextBytesMax) }, name: "n".repeat(5_000) });
  const fromProtobuf = decodeTraceProtobuf(encodeTraceProtobuf([span]));
  const json = jsonSpan({
    attributes: [
      { key: "long", value: { stringValue: long } },
      { key: "fits", value: { stringValue: span.attributes["fits"] } },
    ],
    name: span.name,
  });
  for (const { spans, cutCount } of [fromProtobuf, decodeTraceJson(json)]) {
    expect(cutCount).toBe(2);
    const kept = String(spans[0]?.attributes["long"]);
    expect(kept).toBe(`${long.slice(0, 1 + 2 * (LIMITS.spanTextBytesMax / 4 - 9))}… [cut: 1048577 bytes]`);
    expect(spans[0]?.attributes["fits"]).toBe(span.attributes["fits"]);
    expect(spans[0]?.name).toBe(`${"n".repeat(LIMITS.spanNameBytesMax - 32)}… [cut: 5000 bytes]`);
  }
  expect(partialSuccessOf(fromProtobuf)).toEqual({ rejectedSpans: 0, errorMessage: "Cut for its size: 2 values." });
});

test("values too many or too deep are left out, marked and counted", () => {
  let deep: unknown = { stringValue: "bottom" };
  for (let depth = 0; depth <= LIMITS.spanValueDepthMax; depth += 1) deep = { arrayValue: { values: [deep] } };
  const read = decodeTraceJson(jsonSpan({ attributes: [{ key: "deep", value: deep }] }));
  expect(read.cutCount).toBe(1);
  expect(JSON.stringify(read.spans[0]?.attributes["deep"])).toBe(
    `${"[".repeat(LIMITS.spanValueDepthMax)}"[cut: nested too deep]"${"]".repeat(LIMITS.spanValueDepthMax)}`,
  );
  const wide = Object.fromEntries(Array.from({ length: LIMITS.spanValuesMax + 5 }, (_, index) => [`k${index}`, index]));
  const { spans, cutCount } = decodeTraceProtobuf(encodeTraceProtobuf([spanOf({ attributes: wide })]));
  expect(Object.keys(spans[0]?.attributes ?? {})).toHaveLength(LIMITS.spanValuesMax);
  expect(spans[0]?.droppedCounts).toEqual({ attributes: 5 });
  expect(cutCount).toBe(5);
});

const whole = encodeTraceProtobuf([spanOf({ attributes: { a: "b" }, name: "x".repeat(200) })]);
const bad = expect.objectContaining({ code: "trace.bad_payload" });

test.each([
  { why: "cut off", bytes: whole.subarray(0, whole.length - 1) },
  { why: "a length beyond its end", bytes: Uint8Array.of(10, 0xff, 0xff, 0xff, 0x7f) },
  { why: "a number of eleven bytes", bytes: Uint8Array.of(8, ...Array.from({ length: 11 }, () => 0xff), 0) },
  { why: "a field of number 0", bytes: Uint8Array.of(0, 0) },
  { why: "a wire type nobody knows", bytes: Uint8Array.of(14) },
  { why: "a group", bytes: Uint8Array.of(11, 12) },
  { why: "a field that runs over its message", bytes: Uint8Array.of(10, 3, 25, 1, 2, 3, 4, 5, 6, 7, 8) },
  { why: "text", bytes: Buffer.from("not protobuf at all") },
])("protobuf that is broken is refused whole: $why", ({ bytes }) => {
  expect(() => decodeTraceProtobuf(bytes)).toThrow(bad);
});

test.each([
  "",
  "null",
  "[]",
  "{",
  '{"resourceSpans":{}}',
  '{"resourceSpans":[5]}',
  '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":5}]}]}]}',
  jsonSpan({ attributes: [{ key: "a", value: { boolValue: "yes" } }] }),
  jsonSpan({ attributes: [{ key: "a", value: { intValue: 1.5 } }] }),
  jsonSpan({ attributes: [{ key: "a", value: { doubleValue: "0x10" } }] }),
  jsonSpan({ attributes: { a: "b" } }),
  "[".repeat(LIMITS.traceJsonDepthMax + 1),
  "[".repeat(1_000_000),
])("JSON that is no request is refused whole: %.60s", (text) => {
  expect(() => decodeTraceJson(text)).toThrow(bad);
});

test("a request says by its content type what it is", () => {
  const bytes = Buffer.from(jsonSpan({ name: "é" }));
  expect(readOtlpRequest({ contentType: "Application/JSON; charset=utf-8", bytes }).spans[0]?.name).toBe("é");
  expect(readOtlpRequest({ contentType: "application/x-protobuf", bytes: whole }).spans).toHaveLength(1);
  expect(readOtlpRequest({ contentType: "application/x-protobuf", bytes: new Uint8Array() }).spans).toEqual([]);
  for (const contentType of ["text/plain", undefined]) {
    expect(() => readOtlpRequest({ contentType, bytes })).toThrow(
      expect.objectContaining({ code: "request.bad_type" }),
    );
  }
});

test("what was refused is said in sentences; nothing is said where all is well", () => {
  const ids = [{ traceId: "" }, { traceId: "" }, { spanId: "" }, {}];
  const spans = ids.map((id) => ({ traceId: TRACE_ID, spanId: SPAN_ID, ...id }));
  const read = decodeTraceJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  expect(read.spans).toHaveLength(1);
  expect(partialSuccessOf(read)).toMatchInlineSnapshot(`
    {
      "errorMessage": "Refused: 2 spans with a trace id that is not 16 or 8 bytes, or all zero. Refused: 1 span with a span id that is not 8 bytes, or all zero.",
      "rejectedSpans": 3,
    }
  `);
  expect(partialSuccessOf(decodeTraceProtobuf(whole))).toBeUndefined();
});
