import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Json } from "../../kernel/index.ts";
import { readProviderExchange } from "./read-provider-exchange.ts";
import { openResponseMemory } from "./response-memory.ts";
import { bytes, exchange, stream } from "./wire.test-kit.ts";

const chat = { model: "m", messages: [{ role: "user", content: "hi" }] };
const anthropic = { ...chat, max_tokens: 5 };
const responses = { model: "m", input: "hi" };

describe("a model's call is told by path and body, whatever the host", () => {
  test.each([
    ["https://api.openai.com/v1/chat/completions", chat, "openai openai-chat"],
    ["https://eu.api.openai.com/v1/responses", responses, "openai openai-responses"],
    ["https://api.anthropic.com/v1/messages?beta=true", anthropic, "anthropic anthropic-messages"],
    ["https://api.groq.com/openai/v1/chat/completions/", chat, "groq openai-chat"],
    ["https://x.openai.azure.com/openai/deployments/dep/chat/completions?api-version=1", chat, "azure openai-chat"],
    ["https://gateway.example.com/a/b/openai/responses", responses, "gateway.example.com openai-responses"],
    ["http://127.0.0.1:8000/v1/messages", anthropic, "127.0.0.1:8000 anthropic-messages"],
    ["http://localhost:11434/v1/chat/completions", chat, "localhost:11434 openai-chat"],
  ])("%s", (url, request, expected) => {
    const call = readProviderExchange(exchange({ url, request }));
    expect(`${call?.provider} ${call?.format}`).toBe(expected);
    expect(call).toMatchObject({ model: "m", messages: [{ role: "user", content: "hi" }], durationMs: 12 });
  });

  test.each([
    ["a deployment", "https://x.openai.azure.com/openai/deployments/gpt%2D4o/chat/completions", "gpt-4o"],
    [
      "Bedrock",
      "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-v9%3A0/invoke",
      "anthropic.claude-v9:0",
    ],
    [
      "Vertex",
      "https://us-east5-aiplatform.googleapis.com/v1/publishers/anthropic/models/claude-9@1:rawPredict",
      "claude-9@1",
    ],
  ])("%s names its model in the path", (_who, url, model) => {
    const request = { messages: chat.messages, anthropic_version: "bedrock-2023-05-31" };
    expect(readProviderExchange(exchange({ url, request }))?.model).toBe(model);
  });

  test("a server with a path of its own is known by its answer", () => {
    const url = "https://dbc.example.com/serving-endpoints/llama/invocations";
    const response = { object: "chat.completion", choices: [{ message: { content: "ok" }, finish_reason: "stop" }] };
    expect(readProviderExchange(exchange({ url, request: chat, response }))?.answer?.message.content).toBe("ok");
  });

  test.each([
    ["GET", "https://api.openai.com/v1/chat/completions", chat],
    ["POST", "https://api.openai.com/v1/embeddings", { model: "m", input: "hi" }],
    ["POST", "https://api.openai.com/v1/responses/resp_1/cancel", {}],
    ["POST", "https://api.openai.com/v1/threads/t1/messages", { role: "user", content: "hi" }],
    ["POST", "https://api.anthropic.com/v1/messages/count_tokens", chat],
    ["POST", "https://api.anthropic.com/v1/messages/batches", { requests: [] }],
    ["POST", "https://shop.example.com/messages", { messages: [{ role: "user", content: "hi" }] }],
    ["POST", "https://shop.example.com/responses", { answer: 5 }],
    ["POST", "not a url", chat],
    ["POST", "https://api.openai.com/v1/chat/completions", "no JSON"],
  ])("%s %s is none", (method, url, request) => {
    expect(readProviderExchange(exchange({ method, url, request: request as Json }))).toBeUndefined();
  });

  test("a body cut short is still a call, when the answer says so", () => {
    const response = { object: "chat.completion", choices: [{ message: { content: "ok" }, finish_reason: "stop" }] };
    const call = readProviderExchange(exchange({ request: '{"model":"m","mess', response }));
    expect(call).toMatchObject({ model: "", messages: [], answer: { message: { content: "ok" } } });
  });
});

const delta = (fields: Json, finish: string | null = null) => ({
  object: "chat.completion.chunk",
  model: "m-1",
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});
const piece = (index: number | undefined, id: string | null, name: string | null, text: string) => ({
  tool_calls: [{ ...(index !== undefined && { index }), id, function: { name, arguments: text } }],
});

test.each([
  ["with indexes", [piece(0, "a", "get", '{"i'), piece(1, "b", "put", "{}"), piece(0, null, null, 'd":1}')]],
  [
    "without indexes",
    [piece(undefined, "a", "get", '{"i'), piece(undefined, null, null, 'd":1}'), piece(undefined, "b", "put", "{}")],
  ],
  ["all with index 0", [piece(0, "a", "get", '{"id":1}'), piece(0, "b", "put", "")]],
])("tool calls in pieces %s are put together", (_how, pieces) => {
  const response = stream(
    delta({ role: "assistant", content: "" }),
    delta({ reasoning_content: "hm" }),
    delta({ content: "I " }),
    delta({ content: "look." }),
    ...pieces.map((each) => delta(each as Json)),
    delta({}, "tool_calls"),
    { object: "chat.completion.chunk", choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } },
    "[DONE]",
  );
  expect(readProviderExchange(exchange({ request: chat, response }))?.answer).toEqual({
    model: "m-1",
    message: {
      role: "assistant",
      content: "I look.",
      reasoning: "hm",
      toolRequests: [
        { callId: "a", tool: "get", arguments: { id: 1 } },
        { callId: "b", tool: "put", arguments: {} },
      ],
    },
    finishReason: "tool-calls",
    usage: { inputTokens: 7, outputTokens: 3 },
  });
});

test("Anthropic's cache counts as input, and counts of a stream are of the whole message", () => {
  const usage = { input_tokens: 10, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 };
  const response = stream(
    { type: "message_start", message: { type: "message", role: "assistant", model: "m-1", content: [], usage } },
    { type: "ping" },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "ok" } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9, input_tokens: null } },
    { type: "message_stop" },
  );
  const seen = readProviderExchange(exchange({ url: "http://h/v1/messages", request: anthropic, response }));
  expect(seen?.answer).toEqual({
    model: "m-1",
    message: { role: "assistant", content: "ok" },
    finishReason: "stop",
    usage: { inputTokens: 130, outputTokens: 9, cachedInputTokens: 100 },
  });
});

test("a Responses stream without an end gives what had come", () => {
  const response = stream(
    { type: "response.created", response: { id: "r", object: "response", status: "in_progress", output: [] } },
    { type: "response.output_item.added", output_index: 0, item: { type: "message", role: "assistant", content: [] } },
    { type: "response.output_text.delta", output_index: 0, delta: "I lo" },
    {
      type: "response.output_item.added",
      output_index: 1,
      item: { type: "function_call", call_id: "a", name: "get", arguments: "" },
    },
    { type: "response.function_call_arguments.delta", output_index: 1, delta: '{"i' },
  );
  const seen = readProviderExchange(
    exchange({ url: "http://h/v1/responses", request: responses, response, isWhole: false }),
  );
  expect(seen?.error).toEqual({ name: "model.unavailable", message: "the answer broke off" });
  expect(seen?.answer).toMatchObject({
    message: { content: "I lo", toolRequests: [{ callId: "a", tool: "get", arguments: '{"i' }] },
    finishReason: "error",
  });
});

describe("failures", () => {
  const failed = { error: { message: "slow down", type: "rate_limit_error" } };
  test.each([
    ["in seconds", [["retry-after", "3"]], 3_000],
    [
      "in milliseconds first",
      [
        ["Retry-After-Ms", "250"],
        ["retry-after", "3"],
      ],
      250,
    ],
    [
      "a date, from the answer's own",
      [
        ["retry-after", "Wed, 21 Oct 2026 07:28:10 GMT"],
        ["date", "Wed, 21 Oct 2026 07:28:00 GMT"],
      ],
      10_000,
    ],
    ["a date from nowhere", [["retry-after", "Wed, 21 Oct 2026 07:28:10 GMT"]], undefined],
  ] as const)("the time to wait is told %s", (_how, headers, retryAfterMs) => {
    const { error } = readProviderExchange(exchange({ request: chat, status: 429, headers, response: failed })) ?? {};
    expect(error).toEqual({
      name: "model.rate_limited",
      message: "slow down",
      status: 429,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  });

  test.each([
    ["a body of text", 502, "<html>Bad Gateway</html>", { status: 502, message: "<html>Bad Gateway</html>" }],
    ["an empty body", 500, "", { status: 500, message: "the provider answered 500" }],
    [
      "an error under 200",
      200,
      { error: { code: 429, message: "wait" } },
      { name: "model.rate_limited", status: 429, message: "wait" },
    ],
    ["an answer cut short", 200, '{"choices":[{"mess', { message: "the answer could not be read" }],
    [
      "an error in a stream",
      200,
      stream(delta({ content: "I" }), { error: { message: "overloaded", code: 503 } }),
      { status: 503, message: "overloaded" },
    ],
  ])("%s", (_what, status, response, error) => {
    expect(readProviderExchange(exchange({ request: chat, status, response: response as Json }))?.error).toMatchObject(
      error,
    );
  });

  test("Anthropic's overload in the middle of a stream", () => {
    const response = stream(
      { type: "message_start", message: { type: "message", role: "assistant", content: [], usage: {} } },
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    );
    const seen = readProviderExchange(exchange({ url: "http://h/v1/messages", request: anthropic, response }));
    expect(seen?.error).toEqual({ name: "model.unavailable", message: "Overloaded", status: 529 });
  });

  test("a connection that ended before any answer", () => {
    const { status: _status, ...unanswered } = exchange({ request: chat });
    expect(readProviderExchange(unanswered)?.error?.message).toBe("the connection ended before an answer");
  });
});

const whole = JSON.stringify({
  object: "chat.completion",
  choices: [{ message: { content: "ok" }, finish_reason: "stop" }],
});

test.each([
  ["gzip", gzipSync(whole)],
  ["GZIP", gzipSync(whole)],
  ["deflate", deflateSync(whole)],
  ["deflate", deflateRawSync(whole)],
  ["br", brotliCompressSync(whole)],
  ["zstd", zstdCompressSync(whole)],
  ["gzip, br", brotliCompressSync(gzipSync(whole))],
  ["gzip", bytes(whole)],
])("a body coded %s is read", (coding, response) => {
  const headers = [["Content-Encoding", coding]] as const;
  expect(readProviderExchange(exchange({ request: chat, response, headers }))?.answer?.message.content).toBe("ok");
});

test("a coded stream that was cut gives what had come; a bomb gives nothing", () => {
  const text = stream(
    delta({ content: "I look" }),
    ...Array.from({ length: 99 }, (_each, index) => delta({ content: ` ${index}` })),
  );
  const coded = gzipSync(text).subarray(0, 180);
  const headers = [["content-encoding", "gzip"]] as const;
  const cut = readProviderExchange(exchange({ request: chat, response: coded, headers, isWhole: false }));
  expect(cut?.answer?.message.content).toMatch(/^I look 0 1/);
  const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024));
  expect(readProviderExchange(exchange({ request: chat, response: bomb, headers }))?.error).toBeDefined();
});

test("a request that continues a response is read whole, by whoever saw the response", () => {
  const url = "https://api.openai.com/v1/responses";
  const memory = openResponseMemory();
  const output = [{ id: "fc_1", type: "function_call", call_id: "a", name: "get", arguments: "{}" }];
  const response = { id: "resp_1", object: "response", status: "completed", output };
  const result = { type: "function_call_output", call_id: "a", output: "5" };
  readProviderExchange(exchange({ url, request: responses, response }), memory);
  const whole = [
    { role: "user", content: "hi" },
    { role: "assistant", content: "", toolRequests: [{ callId: "a", tool: "get", arguments: {} }] },
    { role: "tool", callId: "a", tool: "get", result: "5" },
  ];
  const byId = { model: "m", previous_response_id: "resp_1", input: [result] };
  const byItem = {
    model: "m",
    input: [{ role: "user", content: "hi" }, { type: "item_reference", id: "fc_1" }, result],
  };
  for (const request of [byId, byItem]) {
    expect(readProviderExchange(exchange({ url, request }), memory)?.messages).toEqual(whole);
  }
  expect(readProviderExchange(exchange({ url, request: byId }))?.messages).toEqual([{ ...whole[2], tool: "unknown" }]);
});
