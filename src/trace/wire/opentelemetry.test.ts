import { type Attributes, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import type { ObservedSpan } from "../../domain/index.ts";
import { decodeTraceJson } from "./decode-json.ts";
import { decodeTraceProtobuf } from "./decode-protobuf.ts";
import { encodeTraceJson } from "./encode-json.ts";
import { encodeTraceProtobuf } from "./encode-protobuf.ts";
import { encodeExportResponse, decodeExportResponse } from "./export-response.ts";

/** What OpenTelemetry's own tracer makes of one of everything. */
function recordedSpans(): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": "bookings", "process.pid": 71, "host.load": 0.5 }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer("a.library", "1.2.3", { schemaUrl: "https://example.com/schema" });
  const other = provider.getTracer("another");
  const first = tracer.startSpan("invoke_agent bookings", {
    kind: SpanKind.INTERNAL,
    startTime: [1_758_026_594, 777_382_001],
  });
  first.setAttributes({
    text: "Größe: 5 µm 🙂",
    empty: "",
    yes: true,
    no: false,
    whole: 42,
    negative: -7,
    large: 2 ** 53 + 2,
    fraction: -0.25,
    small: 5e-324,
    texts: ["a", "", "ü"],
    numbers: [1, 2.5, -3],
    __proto__x: "x",
    "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [{ type: "text", content: "x".repeat(20_000) }] }]),
  });
  first.addEvent("something happened", { count: 3, why: "because" }, [1_758_026_595, 1]);
  first.setStatus({ code: SpanStatusCode.ERROR, message: "it broke" });
  const link = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };
  const second = other.startSpan("chat m", {
    root: true,
    kind: SpanKind.CLIENT,
    links: [{ context: link, attributes: { rank: 1 } }],
  });
  second.setStatus({ code: SpanStatusCode.OK });
  second.end();
  first.end([1_758_026_599, 999_999_999]);
  return exporter.getFinishedSpans();
}

const nanoseconds = ([seconds, rest]: readonly [number, number]) => `${seconds}${String(rest).padStart(9, "0")}`;

/** By hand, from the tracer's objects: no encoding is in between. */
function expected(span: ReadableSpan): Partial<ObservedSpan> {
  const { traceId, spanId } = span.spanContext();
  const { schemaUrl } = span.instrumentationScope;
  return {
    traceId,
    spanId,
    name: span.name,
    kind: span.kind + 1,
    startNs: nanoseconds(span.startTime),
    endNs: nanoseconds(span.endTime),
    attributes: plain(span.attributes),
    resource: plain(span.resource.attributes),
    scope: {
      name: span.instrumentationScope.name,
      ...(span.instrumentationScope.version && { version: span.instrumentationScope.version }),
      ...(schemaUrl && { schemaUrl }),
    },
  };
}

/** A whole number that a JavaScript number cannot be sure of is text with us. */
function plain(attributes: Attributes): ObservedSpan["attributes"] {
  const json = JSON.parse(JSON.stringify(attributes)) as ObservedSpan["attributes"];
  return "large" in json ? { ...json, large: String(2 ** 53 + 2) } : json;
}

test.each([
  {
    encoding: "protobuf",
    read: (spans: ReadableSpan[]) => decodeTraceProtobuf(ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array),
  },
  {
    encoding: "json",
    read: (spans: ReadableSpan[]) =>
      decodeTraceJson(new TextDecoder().decode(JsonTraceSerializer.serializeRequest(spans))),
  },
])("what OpenTelemetry sends as $encoding is read as its tracer had it", ({ read }) => {
  const recorded = recordedSpans();
  const { spans, refused, cutCount } = read(recorded);
  expect({ refused, cutCount }).toEqual({ refused: [], cutCount: 0 });
  expect(spans).toHaveLength(2);
  const byName = new Map(spans.map((span) => [span.name, span]));
  for (const span of recorded) expect(byName.get(span.name)).toMatchObject(expected(span));
  expect(byName.get("invoke_agent bookings")).toMatchObject({
    status: { code: "error", message: "it broke" },
    events: [{ name: "something happened", timeNs: "1758026595000000001", attributes: { count: 3, why: "because" } }],
    flags: 0x101,
    types: { "attributes.large": "int" },
  });
  expect(byName.get("chat m")).toMatchObject({
    status: { code: "ok" },
    links: [{ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", attributes: { rank: 1 } }],
  });
});

test("both encodings of OpenTelemetry, and both of ours, are the same spans", () => {
  const recorded = recordedSpans();
  const fromProtobuf = decodeTraceProtobuf(ProtobufTraceSerializer.serializeRequest(recorded) as Uint8Array).spans;
  const fromJson = decodeTraceJson(new TextDecoder().decode(JsonTraceSerializer.serializeRequest(recorded))).spans;
  expect(fromJson).toEqual(fromProtobuf);
  expect(decodeTraceProtobuf(encodeTraceProtobuf(fromProtobuf)).spans).toEqual(fromProtobuf);
  expect(decodeTraceJson(encodeTraceJson(fromProtobuf)).spans).toEqual(fromProtobuf);
});

test.each([
  { serializer: ProtobufTraceSerializer, encoding: "protobuf" as const },
  { serializer: JsonTraceSerializer, encoding: "json" as const },
])("OpenTelemetry reads our response as $encoding", ({ serializer, encoding }) => {
  const partial = { rejectedSpans: 300, errorMessage: "Refused: 300 spans ü." };
  const response = encodeExportResponse(partial, encoding);
  const read = serializer.deserializeResponse(response).partialSuccess;
  expect({ rejectedSpans: Number(read?.rejectedSpans), errorMessage: read?.errorMessage }).toEqual(partial);
  expect(serializer.deserializeResponse(encodeExportResponse(undefined, encoding)).partialSuccess).toBeUndefined();
  expect(decodeExportResponse(response, encoding)).toEqual(partial);
  expect(decodeExportResponse(encodeExportResponse(undefined, encoding), encoding)).toBeUndefined();
});
