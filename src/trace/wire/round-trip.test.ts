import fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ObservedSpan } from "../../domain/index.ts";
import { decodeTraceJson } from "./decode-json.ts";
import { decodeTraceProtobuf } from "./decode-protobuf.ts";
import { encodeTraceJson } from "./encode-json.ts";
import { encodeTraceProtobuf } from "./encode-protobuf.ts";
import { SPAN_ID, spanOf, TRACE_ID } from "./wire.test-kit.ts";

const folder = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
const example = join(folder, "otel/otlp-proto/trace.json");

const throughBoth = (text: string) => {
  const { spans } = decodeTraceJson(text);
  return JSON.parse(encodeTraceJson(decodeTraceProtobuf(encodeTraceProtobuf(spans)).spans)) as unknown;
};

test("the protocol's own example survives JSON, protobuf and JSON; ids come back in lower case", ({ skip }) => {
  skip(!existsSync(example), "no recordings: set AEGIS_DATA to their folder");
  const text = readFileSync(example, "utf8");
  const lowered = text.replace(/("(?:traceId|spanId|parentSpanId)": )"([0-9A-F]+)"/g, (_, key: string, id: string) => {
    return `${key}"${id.toLowerCase()}"`;
  });
  expect(lowered).not.toBe(text);
  expect(throughBoth(text)).toEqual(JSON.parse(lowered));
});

const values = {
  text: { stringValue: "" },
  number: { stringValue: "42" },
  yes: { boolValue: false },
  int: { intValue: "-3" },
  bigint: { intValue: "9223372036854775807" },
  whole: { doubleValue: 5 },
  nan: { doubleValue: "NaN" },
  below: { doubleValue: "-Infinity" },
  half: { doubleValue: 0.5 },
  huge: { doubleValue: 1e300 },
  bytes: { bytesValue: "AP/+" },
  nothing: {},
  doubles: { arrayValue: { values: [{ doubleValue: 1 }, { doubleValue: 1.5 }] } },
  mixed: {
    arrayValue: { values: [{ doubleValue: 1 }, { intValue: "1" }, { stringValue: "AP/+" }, { bytesValue: "AP/+" }] },
  },
  deep: {
    arrayValue: {
      values: [{ arrayValue: { values: [{ doubleValue: 2 }] } }, { arrayValue: { values: [{ doubleValue: 3 }] } }],
    },
  },
  empty: { arrayValue: { values: [] } },
  object: {
    kvlistValue: {
      values: [
        { key: "a.b", value: { doubleValue: 7 } },
        { key: "__proto__", value: { intValue: "1" } },
      ],
    },
  },
};
const pairs = Object.entries(values).map(([key, value]) => ({ key, value }));
const fullSpan = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  parentSpanId: "00000000000000ff",
  traceState: "a=1",
  flags: 0x101,
  name: "größer",
  kind: 5,
  startTimeUnixNano: "18446744073709551615",
  endTimeUnixNano: "1",
  attributes: pairs,
  droppedAttributesCount: 1,
  events: [{ timeUnixNano: "7", name: "e", attributes: pairs, droppedAttributesCount: 4 }],
  droppedEventsCount: 2,
  links: [
    { traceId: TRACE_ID, spanId: SPAN_ID, traceState: "b=2", flags: 1, attributes: pairs, droppedAttributesCount: 5 },
  ],
  droppedLinksCount: 3,
  status: { code: 2, message: "no" },
};
const request = {
  resourceSpans: [
    {
      resource: { attributes: pairs, droppedAttributesCount: 6 },
      schemaUrl: "https://example.com/r",
      scopeSpans: [
        {
          scope: { name: "s", version: "1", attributes: pairs, droppedAttributesCount: 7 },
          spans: [fullSpan],
          schemaUrl: "https://example.com/s",
        },
        { scope: { name: "t" }, spans: [{ traceId: TRACE_ID, spanId: SPAN_ID, name: "", startTimeUnixNano: "0" }] },
      ],
    },
    {
      resource: {},
      scopeSpans: [{ spans: [{ traceId: TRACE_ID, spanId: SPAN_ID, name: "b", startTimeUnixNano: "0" }] }],
    },
  ],
};
test("every kind of value and every field keeps its type", () => {
  expect(throughBoth(JSON.stringify(request))).toEqual(request);
  const { spans } = decodeTraceJson(JSON.stringify(request));
  expect(spans[0]?.attributes).toMatchObject({
    bigint: "9223372036854775807",
    nan: "NaN",
    bytes: "AP/+",
    whole: 5,
    number: "42",
  });
  expect(spans[0]?.types).toMatchObject({
    "attributes.bigint": "int",
    "attributes.whole": "double",
    "attributes.doubles": "double",
    "attributes.deep": "double",
    "attributes.mixed.0": "double",
    "attributes.mixed.3": "bytes",
    'attributes.object["a.b"]': "double",
    "events.0.attributes.nan": "double",
    "resource.bytes": "bytes",
  });
  expect(Object.keys(spans[0]?.types ?? {})).not.toContain("attributes.half");
});

test("resources that differ only in what plain JSON does not tell stay apart", () => {
  const whole = spanOf({ resource: { load: 1 } });
  const double = spanOf({ resource: { load: 1 }, types: { "resource.load": "double" } });
  const scoped = spanOf({ resource: { load: 1 }, scope: { name: "s", attributes: { n: 1 } } });
  const spans = [whole, double, scoped, { ...scoped, types: { "scope.attributes.n": "double" as const } }];
  expect(decodeTraceProtobuf(encodeTraceProtobuf(spans)).spans).toEqual([whole, scoped, spans[3], double]);
});

test("trace ids of 64 bits are read as they are, and written with zeros in front", () => {
  const short = spanOf({ traceId: "00000000000000aa" });
  const { spans } = decodeTraceJson(encodeTraceJson([short]).replace("0".repeat(30), "0".repeat(14)));
  expect(spans).toEqual([short]);
  expect(decodeTraceProtobuf(encodeTraceProtobuf([short])).spans[0]?.traceId).toBe(`${"0".repeat(30)}aa`);
});

test("a value that no longer fits what was noted of it is what it looks like", () => {
  const types = {
    "attributes.a": "bytes",
    "attributes.b": "int",
    "attributes.c": "double",
    "attributes.d": "int",
  } as const;
  const changed = spanOf({
    attributes: { a: "[redacted]", b: "[redacted]", c: "x", d: "99999999999999999999" },
    types,
  });
  expect(decodeTraceProtobuf(encodeTraceProtobuf([changed])).spans).toEqual([
    spanOf({ attributes: changed.attributes }),
  ]);
});

const text = fc.string({ unit: "binary" }).map((each) => each.toWellFormed());
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length - 1}}[1-9a-f]$`));
const time = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String);
const attributes = fc.dictionary(
  text,
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.boolean(),
      fc.constant(null),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(text, tie("value"), { maxKeys: 4 }),
    ),
  })).value,
  { maxKeys: 6 },
) as fc.Arbitrary<ObservedSpan["attributes"]>;

const span: fc.Arbitrary<ObservedSpan> = fc.record(
  {
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: hex(16),
    name: text,
    kind: fc.integer({ min: 1, max: 5 }),
    startNs: time,
    endNs: time,
    attributes,
    resource: fc.constantFrom({}, { "service.name": "a" }, { "service.name": "b", count: 1 }),
    scope: fc.constantFrom({ name: "x" }, { name: "x", version: "1" }),
    events: fc.array(fc.record({ name: text, timeNs: time, attributes }), { minLength: 1, maxLength: 2 }),
    status: fc.constantFrom({ code: "ok" as const }, { code: "error" as const, message: "m" }),
  },
  { requiredKeys: ["traceId", "spanId", "name", "startNs", "attributes", "resource"] },
);

test("spans are the same after either encoding, grouped by where they come from", () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 5 }), (spans) => {
      const fromProtobuf = decodeTraceProtobuf(encodeTraceProtobuf(spans));
      expect(decodeTraceJson(encodeTraceJson(spans))).toEqual(fromProtobuf);
      const sorted = (list: readonly ObservedSpan[]) => list.map((each) => JSON.stringify(each.attributes)).sort();
      expect(sorted(fromProtobuf.spans)).toEqual(sorted(spans));
      for (const { types: _, ...read } of fromProtobuf.spans) expect(spans).toContainEqual(read);
    }),
    { numRuns: 300 },
  );
});
