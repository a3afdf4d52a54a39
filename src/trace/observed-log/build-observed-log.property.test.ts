import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isEvent, type ObservedSpan } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import { conversation, measureTrial, prompts, spanTree, toolCalls } from "../../log/index.ts";
import { buildObservedLog } from "./build-observed-log.ts";
import { summarizeTrace } from "./summarize-trace.ts";
import { wordsText } from "./words-text.ts";

/** Ids from a small set, so that duplicates, orphans and circles of parents come up. */
const spanId = fc.integer({ min: 1, max: 9 }).map((digit) => String(digit).repeat(16));
const time = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((step) => String(1_700_000_000_000_000_000n + BigInt(step) * 250_000_000n)),
  fc.constantFrom("0", "", "soon", "-5", "9".repeat(30)),
);
const text = fc.constantFrom("Hi", "Weather?", "", "It rains.", "{", "[]", "null");
const callId = fc.constantFrom("c1", "c2", "");
const message = fc.oneof(
  fc.record({ role: fc.constantFrom("user", "system", "assistant", "odd"), content: text }),
  fc.record({
    role: fc.constant("assistant"),
    parts: fc.array(
      fc.record({
        type: fc.constant("tool_call"),
        id: callId,
        name: fc.constantFrom("weather", "search"),
        arguments: fc.constantFrom({ city: "Paris" }, "{", null),
      }),
      { maxLength: 2 },
    ),
  }),
  fc.record({ role: fc.constant("tool"), tool_call_id: callId, content: text }),
);
const value = fc.oneof(
  text,
  fc.array(message, { maxLength: 5 }).map((list) => JSON.stringify(list)),
  fc.jsonValue({ maxDepth: 3 }),
);
const NAMES = [
  "gen_ai.operation.name",
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.tool.name",
  "gen_ai.tool.call.id",
  "gen_ai.tool.definitions",
  "gen_ai.usage.input_tokens",
  "openinference.span.kind",
  "llm.input_messages.0.message.role",
  "llm.input_messages.1.message.tool_calls.0.tool_call.id",
  "retrieval.documents.0.document.id",
  "input.value",
  "output.value",
  "ai.operationId",
  "ai.prompt.messages",
  "ai.response.toolCalls",
  "langfuse.observation.type",
  "langfuse.observation.usage_details",
  "traceloop.entity.input",
  "session.id",
];
const KINDS = [
  { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o" },
  { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "weather" },
  { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "a" },
  { "openinference.span.kind": "RETRIEVER" },
  {},
];
const attributes = fc
  .tuple(fc.constantFrom<JsonObject[]>(...KINDS), fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6 }))
  .map(([kind, rest]) => ({ ...rest, ...kind }) as JsonObject);
const span: fc.Arbitrary<ObservedSpan> = fc
  .record({
    id: spanId,
    parent: fc.option(spanId, { nil: undefined }),
    start: time,
    end: fc.option(time, { nil: undefined }),
    attributes,
    isError: fc.boolean(),
    events: fc.array(
      fc.record({ name: fc.constantFrom("exception", "gen_ai.choice", "gen_ai.user.message"), attributes }),
      {
        maxLength: 2,
      },
    ),
  })
  .map(({ id, parent, start, end, isError, events, attributes: own }) => ({
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: id,
    name: "span",
    startNs: start,
    attributes: own,
    resource: {},
    events: events.map((event) => ({ ...event, timeNs: start })),
    ...(parent !== undefined && { parentSpanId: parent }),
    ...(end !== undefined && { endNs: end }),
    ...(isError && { status: { code: "error" as const, message: "no" } }),
  }));
const spans = fc.array(span, { maxLength: 12 });

test("the log is one of the set of spans: their order and repetition do not matter", () => {
  fc.assert(
    fc.property(spans, fc.infiniteStream(fc.nat()), (all, random) => {
      const once = buildObservedLog(all);
      const mixed = [...all, ...all.slice(0, 3)]
        .map((each) => ({ each, key: random.next().value }))
        .sort((left, right) => Number(left.key) - Number(right.key))
        .map(({ each }) => ({ ...each, attributes: Object.fromEntries(Object.entries(each.attributes).reverse()) }));
      expect(buildObservedLog(mixed).events).toEqual(once.events);
    }),
    { numRuns: 300 },
  );
});

test("whatever the spans hold, the log is one that every projection reads", () => {
  fc.assert(
    fc.property(spans, (all) => {
      const { events } = buildObservedLog(all);
      expect(events.filter((event) => !isEvent(event))).toEqual([]);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index));
      const called = new Set<number>();
      for (const event of events) {
        if (event.type === "model.called" || event.type === "tool.called") called.add(event.effect);
        if (event.type === "model.returned" || event.type === "tool.returned")
          expect(called.has(event.effect)).toBe(true);
      }
      if (all.length === 0) return;
      expect(conversation(events)).toBeInstanceOf(Array);
      expect(toolCalls(events).length).toBeLessThanOrEqual(called.size);
      expect(prompts(events).length).toBeLessThanOrEqual(called.size);
      expect(spanTree(events)?.children).toHaveLength(called.size);
      expect(measureTrial(events).durationMs).toBeGreaterThanOrEqual(0);
      expect(summarizeTrace(events, { runId: "run_1" as never }).modelCallCount).toBeGreaterThanOrEqual(0);
      expect(typeof wordsText(events)).toBe("string");
    }),
    { numRuns: 300 },
  );
});
