import { expect, test } from "vitest";
import type { ObservedSpan } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import { readSpan } from "./read-span.ts";
import { spanWith } from "./spans.test-kit.ts";

const event = (name: string, attributes: JsonObject) => ({ name, timeNs: "1700000000000000000", attributes });

const TOOLS: readonly (readonly [string, JsonObject])[] = [
  [
    "GenAI",
    {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "weather",
      "gen_ai.tool.call.id": "c1",
      "gen_ai.tool.call.arguments": '{"city":"Paris"}',
      "gen_ai.tool.call.result": '{"sky":"rain"}',
    },
  ],
  [
    "MCP",
    {
      "mcp.method.name": "tools/call",
      "gen_ai.tool.name": "weather",
      "gen_ai.tool.call.id": "c1",
      "gen_ai.tool.call.arguments": { city: "Paris" },
      "gen_ai.tool.call.result": '{"content":[{"type":"text","text":"ignored"}],"sky":"rain"}',
    },
  ],
  [
    "OpenInference",
    {
      "openinference.span.kind": "TOOL",
      "tool.name": "weather",
      "tool_call.id": "c1",
      "input.value": "{'city': 'Paris'}",
      "output.value": '{"sky":"rain"}',
    },
  ],
  [
    "OpenInference of LangChain",
    {
      "openinference.span.kind": "TOOL",
      "tool.name": "weather",
      "tool.parameters": '{"type":"object","properties":{}}',
      "input.value": '{"args":[],"kwargs":{"city":"Paris"}}',
      "output.value": '{"type":"tool","tool_call_id":"c1","name":"weather","content":{"sky":"rain"}}',
    },
  ],
  [
    "the AI SDK",
    {
      "ai.operationId": "ai.toolCall",
      "ai.toolCall.name": "weather",
      "ai.toolCall.id": "c1",
      "ai.toolCall.args": '{"city":"Paris"}',
      "ai.toolCall.result": '{"sky":"rain"}',
    },
  ],
  [
    "Traceloop",
    {
      "traceloop.span.kind": "tool",
      "traceloop.entity.name": "weather",
      "traceloop.entity.input": '{"city":"Paris"}',
      "traceloop.entity.output": '{"sky":"rain"}',
      "gen_ai.tool.call.id": "c1",
    },
  ],
  [
    "Langfuse",
    {
      "langfuse.observation.type": "tool",
      "langfuse.observation.input": '{"city":"Paris"}',
      "langfuse.observation.output": '{"sky":"rain"}',
      "gen_ai.tool.name": "weather",
      "gen_ai.tool.call.id": "c1",
    },
  ],
];

test.each(TOOLS)("%s: a tool call", (_dialect, attributes) => {
  const { kind, tool } = readSpan(spanWith(attributes));
  expect({ kind, tool }).toMatchObject({
    kind: "tool",
    tool: { name: "weather", callId: "c1", arguments: { city: "Paris" }, result: { sky: "rain" } },
  });
});

test("a search tells its query and documents", () => {
  expect(
    readSpan(
      spanWith({
        "openinference.span.kind": "RETRIEVER",
        "input.value": "refund rules",
        "retrieval.documents.0.document.id": "kb-7",
        "retrieval.documents.0.document.content": "Thirty days.",
        "retrieval.documents.0.document.score": 0.9,
        "retrieval.documents.0.document.metadata": '{"version":"3","updated_at":"2026-01-02T00:00:00Z"}',
        "retrieval.documents.1.document.content": "Also.",
      }),
    ).retrieval,
  ).toEqual({
    query: "refund rules",
    documents: [
      { id: "kb-7", version: "3", updatedAtMs: Date.UTC(2026, 0, 2), content: "Thirty days.", score: 0.9 },
      { content: "Also." },
    ],
  });
  expect(
    readSpan(
      spanWith({
        "gen_ai.operation.name": "retrieval",
        "gen_ai.retrieval.query.text": "refund rules",
        "gen_ai.retrieval.documents": '[{"id":"kb-7","score":0.9}]',
      }),
    ),
  ).toMatchObject({ kind: "retrieval", retrieval: { query: "refund rules", documents: [{ id: "kb-7", score: 0.9 }] } });
});

test.each<[string, JsonObject, Partial<ObservedSpan>, unknown]>([
  [
    "an exception",
    {},
    {
      status: { code: "error", message: "short" },
      events: [event("exception", { "exception.type": "RateLimitError", "exception.message": "slow down" })],
    },
    { name: "RateLimitError", message: "slow down" },
  ],
  [
    "a status",
    { "error.type": "429" },
    { status: { code: "error", message: "no" } },
    { name: "429", message: "no", status: 429 },
  ],
  ["a kind of error alone", { "error.type": "timeout" }, {}, { name: "timeout", message: "timeout" }],
  [
    "Langfuse's level",
    { "langfuse.observation.level": "ERROR", "langfuse.observation.status_message": "broken" },
    {},
    { name: "Error", message: "broken" },
  ],
  ["an exception that was dealt with", {}, { events: [event("exception", { "exception.type": "E" })] }, undefined],
  [
    "a tool's message",
    {
      "openinference.span.kind": "TOOL",
      "output.value": '{"type":"tool","tool_call_id":"c1","content":"no such city","status":"error"}',
    },
    { status: { code: "ok" } },
    { name: "Error", message: "no such city" },
  ],
])("%s tells why a span failed", (_what, attributes, rest, error) => {
  expect(readSpan(spanWith(attributes, rest)).error).toEqual(error);
});

test("costs are told in dollars, whole or in parts", () => {
  const costOf = (attributes: JsonObject) =>
    readSpan(spanWith({ "gen_ai.operation.name": "chat", ...attributes })).model?.costMicroUsd;
  expect(costOf({ "llm.cost.total": 0.5, "llm.model_name": "m" })).toBe(500_000);
  expect(costOf({ "llm.cost.prompt": 0.2, "llm.cost.completion": "0.1", "llm.model_name": "m" })).toBe(300_000);
  expect(costOf({ "gen_ai.usage.input_cost": 0.25, "gen_ai.usage.output_cost": 0.25 })).toBe(500_000);
  expect(costOf({ "langfuse.observation.cost_details": '{"total":0.0125}' })).toBe(12_500);
  expect(costOf({})).toBeUndefined();
});

test("cached input that Langfuse counts beside the rest is counted within", () => {
  const usageOf = (details: string) =>
    readSpan(spanWith({ "langfuse.observation.type": "generation", "langfuse.observation.usage_details": details }))
      .model?.usage;
  expect(usageOf('{"input":60,"input_cached_tokens":40,"output":20,"total":120}')).toEqual({
    inputTokens: 100,
    cachedInputTokens: 40,
    outputTokens: 20,
  });
  expect(usageOf('{"input":100,"prompt_details.cache_read":40,"output":20,"total":120}')).toEqual({
    inputTokens: 100,
    cachedInputTokens: 40,
    outputTokens: 20,
  });
});

test("the most particular dialect wins a field, the others fill the rest", () => {
  const { dialects, kind, model } = readSpan(
    spanWith({
      "ai.operationId": "ai.generateText.doGenerate",
      "ai.model.id": "from-the-sdk",
      "openinference.span.kind": "CHAIN",
      "llm.model_name": "from-openinference",
      "llm.token_count.prompt": 7,
      "gen_ai.request.model": "from-otel",
      "gen_ai.system": "openai",
      "gen_ai.usage.output_tokens": 3,
    }),
  );
  expect(dialects).toEqual(["vercel", "openinference", "genai"]);
  expect(kind).toBe("model");
  expect(model).toMatchObject({
    requested: "from-the-sdk",
    provider: "openai",
    usage: { inputTokens: 7, outputTokens: 3 },
  });
});

test("a dialect that calls a span nothing in particular does not hide what another knows", () => {
  const { dialects, kind } = readSpan(
    spanWith({ "langfuse.observation.type": "span", "openinference.span.kind": "LLM", "llm.model_name": "m" }),
  );
  expect({ dialects, kind }).toEqual({ dialects: ["openinference", "langfuse"], kind: "model" });
});

test("a span nobody understands is kept as what it is", () => {
  expect(readSpan(spanWith({ "http.method": "GET" }))).toEqual({ dialects: [], kind: "other" });
});

test("texts made to break a reader are texts", () => {
  const deep = `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  const { tool } = readSpan(
    spanWith({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.call.arguments": deep,
      "gen_ai.tool.call.result": deep,
    }),
  );
  expect(tool).toEqual({ arguments: deep, result: deep });
  for (const word of ["constructor", "__proto__", "toString"]) {
    const attributes = {
      "gen_ai.operation.name": word,
      "langwatch.span.type": word,
      "langfuse.observation.type": word,
      "llm.request.type": word,
      "ai.operationId": word,
    };
    expect(readSpan(spanWith(attributes)).kind).toBe("other");
  }
});

test("what no list should be is not made one", () => {
  const { model } = readSpan(
    spanWith({
      "openinference.span.kind": "LLM",
      "llm.input_messages.999999999.message.role": "user",
      "llm.input_messages.999999999.message.content": "far",
      "llm.input_messages.2.message.role": "user",
      "llm.input_messages.2.message.content": "near",
      "llm.input_messages.__proto__.message.role": "user",
    }),
  );
  expect(model?.input).toEqual([
    { role: "user", content: "near" },
    { role: "user", content: "far" },
  ]);
});
