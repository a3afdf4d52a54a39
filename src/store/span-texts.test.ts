import fc from "fast-check";
import { expect, test } from "vitest";
import type { ObservedSpan } from "../domain/index.ts";
import { newTraceId, sampleSpan } from "../testing/sample-trace-records.ts";
import { SpanTexts } from "./span-texts.ts";

const TRACE_IDS = [newTraceId(), newTraceId()];
const RESOURCES = [{ "service.name": "shop" }, { "service.name": "till", list: [1, null] }];
const SCOPES = [{ name: "genai" }, { name: "genai", version: "2", attributes: { a: 1 } }];

const often = <Value>(values: readonly Value[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(values[0]!) }, fc.constantFrom(...values));
const anyExtra: fc.Arbitrary<Partial<ObservedSpan>> = fc.record(
  {
    parentSpanId: fc.constant("00f067aa0ba902b8"),
    traceState: fc.constant("a=b"),
    flags: fc.nat(),
    kind: fc.nat(5),
    endNs: fc.constant("1700000000000000001"),
    events: fc.constant([{ name: "e", timeNs: "1", attributes: { a: 1 } }]),
    links: fc.constant([{ traceId: TRACE_IDS[0]!, spanId: "00f067aa0ba902b8" }]),
    status: fc.constant({ code: "error" as const, message: "no" }),
    droppedCounts: fc.constant({ attributes: 2 }),
    types: fc.constant({ "attributes.n": "double" as const }),
    resourceSchemaUrl: often(["https://opentelemetry.io/schemas/1.40.0", "https://opentelemetry.io/schemas/1.41.0"]),
    scope: often(SCOPES),
  },
  { requiredKeys: [] },
);
const anySpan = fc
  .record({ traceId: often(TRACE_IDS), resource: often(RESOURCES), prompt: fc.nat(30), extra: anyExtra })
  .map(({ traceId, resource, prompt, extra }) =>
    sampleSpan(traceId, { resource, attributes: { prompt: "grows ".repeat(prompt * 10), n: prompt }, ...extra }),
  );
/** In one list most have nothing, or everything, in common. */
const anyPart = fc.oneof(
  fc.array(anySpan, { maxLength: 4 }),
  fc
    .array(anySpan, { minLength: 1, maxLength: 4 })
    .map(([first, ...others]) => [first!, ...others.map((span) => ({ ...first!, attributes: span.attributes }))]),
);

test("spans are read as they were written, whatever they have in common", () => {
  fc.assert(
    fc.property(fc.array(anyPart, { maxLength: 4 }), (parts) => {
      const [writer, reader] = [new SpanTexts(), new SpanTexts()];
      const read = parts.map((spans) => reader.read(writer.write(spans).text));
      expect(read).toEqual(parts);
    }),
    { numRuns: 500 },
  );
});

test("what all spans of a part come from is written once", () => {
  const traceId = newTraceId();
  const spans = Array.from({ length: 5 }, () => sampleSpan(traceId, { resource: RESOURCES[1]!, scope: SCOPES[1]! }));
  const { text, characters } = new SpanTexts().write(spans);
  expect([text.split(traceId).length, text.split("till").length, text.split("genai").length]).toEqual([2, 2, 2]);
  expect(characters).toBe(text.length);
});

test("what a part does not repeat counts all the same: it is held in memory", () => {
  const traceId = newTraceId();
  const texts = new SpanTexts();
  const counts = [20, 40].map((turns) => {
    const prompt = "grows ".repeat(turns * 10);
    const { text, characters } = texts.write([sampleSpan(traceId, { attributes: { prompt } })]);
    return { isWhole: text.includes(prompt), isCounted: characters > prompt.length };
  });
  expect(counts).toEqual([
    { isWhole: true, isCounted: true },
    { isWhole: false, isCounted: true },
  ]);
});
