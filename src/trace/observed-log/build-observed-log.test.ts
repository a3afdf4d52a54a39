import { expect, test } from "vitest";
import type { ObservedSpan } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import { toolCalls } from "../../log/index.ts";
import { buildObservedLog } from "./build-observed-log.ts";
import { answer, ask, asks, gives, model, span, story, text, tool, user, WHOLE } from "./log-story.test-kit.ts";

test("model and tool calls are effects in their order, prompts are differences", () => {
  const { events } = buildObservedLog([
    span([0, 10], model([user], ask)),
    span([10, 20], tool("refund", { "gen_ai.tool.call.id": "c1", "gen_ai.tool.call.result": '"ok"' })),
    span([20, 30], model([user, ask, gives("c1", "ok")], answer)),
  ]);
  expect(story(events)).toEqual(WHOLE);
  expect(events.every(({ witness }) => witness === "agent")).toBe(true);
  // What its span did not tell is known from the request.
  expect(toolCalls(events)[0]?.called.arguments).toEqual({ order: "W1" });
});

test("a call without a span is known from the messages", () => {
  const { events, remarks } = buildObservedLog([
    span([0, 10], model([user], ask)),
    span([20, 30], model([user, ask, gives("c1", "ok")], answer)),
  ]);
  expect(story(events)).toEqual(WHOLE);
  expect(remarks.callsWithoutSpan).toBe(1);
});

test("an earlier turn's calls are history, not effects", () => {
  const history = [
    text("user", "Hi"),
    asks("c0", "greet", {}),
    gives("c0", "hello"),
    text("assistant", "Hello."),
    user,
  ];
  const { events } = buildObservedLog([span([0, 10], model(history, answer))]);
  expect(story(events)).toEqual([
    "run.started",
    "user: Refund W1",
    "model 0 of 0+5",
    "model 0: Done.",
    "sent: Done.",
    "ended answered",
  ]);
});

test("clocks that disagree do not put results before calls", () => {
  const { events, remarks } = buildObservedLog([
    span([1000, 1010], model([user], ask), { spanId: "a".repeat(16) }),
    span([0, 5], tool("refund", { "gen_ai.tool.call.id": "c1", "gen_ai.tool.call.result": '"ok"' }), {
      parentSpanId: "a".repeat(16),
    }),
    span([900, 990], model([user, ask, gives("c1", "ok")], answer)),
  ]);
  expect(story(events)).toEqual(WHOLE);
  expect(remarks.clockFaults).toBe(1);
});

test("spans of one moment are told in the order of cause, whatever their ids", () => {
  const { events } = buildObservedLog([
    span([5, 5], model([user, ask, gives("c1", "ok")], answer), { spanId: "1".repeat(16) }),
    span([5, 5], tool("refund", { "gen_ai.tool.call.id": "c1", "gen_ai.tool.call.result": '"ok"' }), {
      spanId: "2".repeat(16),
    }),
    span([5, 5], model([user], ask), { spanId: "3".repeat(16) }),
  ]);
  expect(story(events)).toEqual(WHOLE);
});

test("a call that nobody answered was asked for, not made", () => {
  const { events, remarks } = buildObservedLog([span([0, 10], model([user], ask))]);
  expect(toolCalls(events)).toEqual([]);
  expect(remarks.callsWithoutSpan).toBe(0);
});

test("of two tellings of one answer the one with its calls is kept", () => {
  const { events } = buildObservedLog([
    span([0, 10], model([user], ask), { spanId: "a".repeat(16) }),
    span([1, 9], model([user], text("assistant", "None")), { parentSpanId: "a".repeat(16) }),
  ]);
  expect(events.find((event) => event.type === "model.returned")).toMatchObject({
    message: { content: "", toolRequests: [{ callId: "c1" }] },
  });
});

test("wrappers repeat what is inside them: one effect, filled from both", () => {
  const [agent, chain, outer, inner] = ["a", "b", "c", "d"].map((digit) => digit.repeat(16));
  const { events } = buildObservedLog([
    span(
      [0, 100],
      { "openinference.span.kind": "CHAIN", "input.value": "Refund W1", "output.value": '{"output":"Done."}' },
      { spanId: agent! },
    ),
    span(
      [1, 99],
      { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "desk", "gen_ai.agent.version": "2.1" },
      { spanId: chain!, parentSpanId: agent! },
    ),
    span([2, 20], model([user], ask), { spanId: outer!, parentSpanId: chain! }),
    span(
      [3, 19],
      { "gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 7 },
      { spanId: inner!, parentSpanId: outer! },
    ),
    span([20, 40], tool("refund", { "gen_ai.tool.call.id": "c1" }), { spanId: "e".repeat(16), parentSpanId: chain! }),
    span(
      [21, 39],
      { "mcp.method.name": "tools/call", "gen_ai.tool.name": "refund", "gen_ai.tool.call.result": '"ok"' },
      { parentSpanId: "e".repeat(16) },
    ),
    span([40, 60], model([user, ask, gives("c1", "ok")], answer), { parentSpanId: chain! }),
  ]);
  expect(story(events)).toEqual(WHOLE);
  expect(events[0]).toMatchObject({ agent: { name: "desk", version: "2.1" }, origin: "observed" });
  expect(events.find((event) => event.type === "model.returned")).toMatchObject({
    durationMs: 16,
    usage: { inputTokens: 7 },
  });
});

test("an agent that tells its model calls in sum is one model call", () => {
  const { events } = buildObservedLog([
    span([0, 10], {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.usage.input_tokens": 10,
      "gen_ai.usage.output_tokens": 5,
      "gen_ai.input.messages": [user],
      "gen_ai.output.messages": [answer],
    }),
  ]);
  expect(story(events)).toEqual([
    "run.started",
    "user: Refund W1",
    "model 0 of 0+1",
    "model 0: Done.",
    "sent: Done.",
    "ended answered",
  ]);
});

test("calls without ids are told apart by what they ask, also when they are the same", () => {
  const first = asks(null, "look", { id: 1 });
  const { events } = buildObservedLog([
    span([0, 10], model([user], first)),
    span([10, 11], tool("look", { "gen_ai.tool.call.arguments": { id: 1 }, "gen_ai.tool.call.result": "1" })),
    span([20, 30], model([user, first, gives(null, "1", "look")], first)),
    span([30, 31], tool("look", { "gen_ai.tool.call.arguments": { id: 1 }, "gen_ai.tool.call.result": "2" })),
    span([40, 50], model([user, first, gives(null, "1", "look"), first, gives(null, "2", "look")], answer)),
  ]);
  expect(toolCalls(events).map(({ called, returned }) => [called.callId, returned?.result])).toEqual([
    ["call-1", "1"],
    ["call-2", "2"],
  ]);
  const last = events.findLast((event) => event.type === "model.called");
  expect(last).toMatchObject({
    keptCount: 3,
    added: [{ toolRequests: [{ callId: "call-2" }] }, { callId: "call-2", tool: "look" }],
  });
});

test("an id that every turn uses again is a call of its turn", () => {
  const again = asks("call_0", "look", {});
  const { events, remarks } = buildObservedLog([
    span([0, 10], model([user], again)),
    span([10, 11], tool("look", { "gen_ai.tool.call.id": "call_0" })),
    span([20, 30], model([user, again, gives("call_0", "one")], again)),
    span([30, 31], tool("look", { "gen_ai.tool.call.id": "call_0" })),
    span([40, 50], model([user, again, gives("call_0", "one"), again, gives("call_0", "two")], answer)),
  ]);
  expect(toolCalls(events).map(({ returned }) => returned?.result)).toEqual(["one", "two"]);
  expect(remarks.callsWithoutSpan).toBe(0);
  expect(story(events).filter((line) => /^(look|model)/.test(line))).toHaveLength(10);
});

test("a search inside a tool gives the tool its sources; alone it is a call of its own", () => {
  const documents = {
    "retrieval.documents.0.document.id": "kb-7",
    "retrieval.documents.0.document.content": "30 days",
  };
  const search = { "openinference.span.kind": "RETRIEVER", "input.value": "rules", ...documents };
  const { events } = buildObservedLog([
    span([0, 10], tool("lookup", { "gen_ai.tool.call.result": '"30 days"' }), { spanId: "a".repeat(16) }),
    span([1, 9], search, { parentSpanId: "a".repeat(16) }),
    span([20, 30], search, { name: "KnowledgeBase" }),
  ]);
  expect(toolCalls(events).map(({ called, returned }) => [called.tool, called.arguments, returned?.sources])).toEqual([
    ["lookup", null, [{ id: "kb-7" }]],
    ["KnowledgeBase", { query: "rules" }, [{ id: "kb-7" }]],
  ]);
});

test.each<[string, readonly ObservedSpan[], string]>([
  ["a root that failed", [span([0, 10], {}, { status: { code: "error", message: "boom" } })], "ended failed"],
  [
    "a root that was cancelled",
    [span([0, 10], { "error.type": "asyncio.CancelledError" }, { status: { code: "error" } })],
    "ended cancelled",
  ],
  [
    "a root that took too long",
    [span([0, 10], { "error.type": "TimeoutError" }, { status: { code: "error" } })],
    "ended timeout",
  ],
  [
    "a failed last call",
    [span([0, 10], model([user], undefined), { parentSpanId: "f".repeat(16), status: { code: "error" } })],
    "ended failed",
  ],
])("%s", (_why, spans, end) => {
  expect(story(buildObservedLog(spans).events).at(-1)).toBe(end);
});

test("what has not ended has not returned, and nobody knows how the run ended", () => {
  const { events, remarks } = buildObservedLog([
    span([0, undefined], { "gen_ai.operation.name": "invoke_agent" }, { spanId: "a".repeat(16) }),
    span([1, 5], model([user], ask), { parentSpanId: "a".repeat(16) }),
    span([5, undefined], tool("refund", { "gen_ai.tool.call.id": "c1" }), { parentSpanId: "a".repeat(16) }),
  ]);
  const answered = buildObservedLog([
    span([0, undefined], { "gen_ai.operation.name": "invoke_agent" }, { spanId: "a".repeat(16) }),
    span([1, 5], model([user], answer), { parentSpanId: "a".repeat(16) }),
  ]);
  expect(story(answered.events).at(-1)).toBe("sent: Done.");
  expect(story(events)).toEqual(["run.started", "user: Refund W1", "model 0 of 0+1", "model 0: ", "refund c1"]);
  expect(remarks.unfinished).toBe(2);
});

test("orphans, circles, doubles and broken times are remarked on, not stumbled over", () => {
  const [one, two] = ["1".repeat(16), "2".repeat(16)];
  const spans = [
    span([0, 10], model([user], answer), { spanId: one!, parentSpanId: two! }),
    span([5, 20], tool("refund"), { spanId: two!, parentSpanId: one! }),
    span([30, 20], tool("look"), { parentSpanId: "9".repeat(16) }),
    span([0, 1], tool("late"), { startNs: "0", endNs: "soon" }),
  ];
  const { events, remarks } = buildObservedLog([...spans, spans[0]!]);
  expect(remarks).toEqual({ duplicates: 1, orphans: 1, cycles: 1, clockFaults: 2, unfinished: 1, callsWithoutSpan: 0 });
  expect(story(events).filter((line) => line.startsWith("model"))).toEqual(["model 1 of 0+1", "model 1: Done."]);
  expect(buildObservedLog([]).events).toEqual([]);
});

test("tokens of a known model have a price; a told cost is taken as told", () => {
  const usage = { "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100 };
  const costs = (more: JsonObject) =>
    buildObservedLog([span([0, 1], model([user], answer, { ...usage, ...more }))]).events.flatMap((event) =>
      event.type === "model.returned" ? [event.costMicroUsd] : [],
    );
  expect(costs({})).toEqual([3500]);
  expect(costs({ "gen_ai.response.model": "gpt-4o-2024-11-20" })).toEqual([3500]);
  expect(costs({ "gen_ai.usage.cost": 0.5 })).toEqual([500_000]);
  expect(costs({ "gen_ai.request.model": "nobody/knows" })).toEqual([null]);
});

test("an answer that was not told stands in the next prompt", () => {
  const { events } = buildObservedLog([
    span([0, 10], model([user], undefined)),
    span([20, 30], model([user, ask, gives("c1", "ok")], answer)),
  ]);
  expect(story(events)).toEqual(WHOLE);
});
