/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import { APICallError, generateText, stepCountIs, streamText, tool, ToolLoopAgent } from "ai";
import { expect, test } from "vitest";
import { z } from "zod";
import type { AssistantMessage, Message } from "../domain/index.ts";
import { AegisError, fixedClock } from "../kernel/index.ts";
import { answerFromStreamParts, streamPartsFromAnswer } from "./ai-sdk-answer.ts";
import { errorFromProvider } from "./ai-sdk-error.ts";
import { messagesFromPrompt, promptFromMessages } from "./ai-sdk-messages.ts";
import { callFromRequest, fromAiSdkModel } from "./from-ai-sdk-model.ts";
import type { ModelAnswer, ModelRequest } from "./language-model.ts";
import { replay, scripted } from "./scripted.ts";
import { requestFromCall, toAiSdkModel } from "./to-ai-sdk-model.ts";

const model = scripted({
  id: "support",
  rules: [
    {
      when: { user: "order (W\\d+)", notCalled: "orders_get" },
      then: {
        say: "Let me look.",
        reasoning: "need the order",
        call: { tool: "orders_get", arguments: { order_id: "{{user.1}}" } },
      },
    },
    { when: { lastFailed: true }, then: { say: "That failed: {{lastResult}}" } },
    { when: { lastTool: "orders_get" }, then: { say: "It costs {{result.orders_get.total}} dollars." } },
  ],
});
const tools = {
  orders_get: tool({
    description: "Reads an order",
    inputSchema: z.object({ order_id: z.string() }),
    execute: async ({ order_id }) => {
      if (order_id === "W9") throw new Error("no such order");
      return { id: order_id, total: 12.5 };
    },
  }),
};

test("generateText calls tools and answers", async () => {
  const result = await generateText({ model, tools, prompt: "Where is order W1?", stopWhen: stepCountIs(5) });
  expect(result.text).toBe("It costs 12.5 dollars.");
  expect(result.steps).toHaveLength(2);
  expect(result.steps[0]).toMatchObject({
    text: "Let me look.",
    reasoningText: "need the order",
    finishReason: "tool-calls",
  });
  expect(result.finishReason).toBe("stop");
  expect(result.usage.inputTokens).toBeGreaterThan(0);
  expect(result.usage.outputTokens).toBeGreaterThan(0);
});

test("streamText streams words, calls and usage", async () => {
  const result = streamText({ model, tools, prompt: "Where is order W1?", stopWhen: stepCountIs(5) });
  const types: string[] = [];
  let text = "";
  for await (const part of result.stream) {
    types.push(part.type);
    if (part.type === "text-delta") text += part.text;
  }
  expect(text).toBe("Let me look.It costs 12.5 dollars.");
  expect(types.filter((type) => type === "text-delta")).toHaveLength(7);
  expect(types).toEqual(
    expect.arrayContaining(["reasoning-delta", "tool-input-delta", "tool-call", "tool-result", "finish"]),
  );
  expect(await result.finishReason).toBe("stop");
  expect((await result.usage).inputTokens).toBeGreaterThan(0);
});

test("ToolLoopAgent loops, and sees failed tools as failed", async () => {
  const agent = new ToolLoopAgent({ model, tools, instructions: "Be kind." });
  expect((await agent.generate({ prompt: "order W1" })).text).toBe("It costs 12.5 dollars.");
  expect((await agent.generate({ prompt: "order W9" })).text).toContain("no such order");
});

test("a replayed model repeats a conversation, call ids included", async () => {
  const recorded: AssistantMessage[] = [
    {
      role: "assistant",
      content: "",
      toolRequests: [{ callId: "call_abc", tool: "orders_get", arguments: { order_id: "W7" } }],
    },
    { role: "assistant", content: "Done." },
  ];
  const result = await new ToolLoopAgent({ model: replay(recorded), tools }).generate({ prompt: "go" });
  expect(result.text).toBe("Done.");
  expect(result.steps[0]?.toolCalls).toMatchObject([{ toolCallId: "call_abc", input: { order_id: "W7" } }]);
});

test("a provider's failures reach the agent as in production: repeated by the SDK, with the asked wait", async () => {
  let callCount = 0;
  const flaky = scripted({
    id: "flaky",
    next: () => (++callCount <= 2 ? { error: { status: 429, retryAfterMs: 1 } } : { say: "ok" }),
  });
  expect((await generateText({ model: flaky, prompt: "hi" })).text).toBe("ok");
  expect(callCount).toBe(3);
  const locked = scripted({ id: "locked", rules: [{ then: { error: { status: 401 } } }] });
  const error = await generateText({ model: locked, prompt: "hi" }).then(null, (reason: unknown) => reason);
  expect(APICallError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ statusCode: 401, isRetryable: false, cause: { code: "model.unavailable" } });
  const empty = scripted({ id: "empty", rules: [] });
  await expect(generateText({ model: empty, prompt: "hi" })).rejects.toMatchObject({ code: "model.script_exhausted" });
});

const conversation: Message[] = [
  { role: "system", content: "Be kind." },
  { role: "user", content: "order W1" },
  {
    role: "assistant",
    content: "Looking.",
    reasoning: "hm",
    toolRequests: [{ callId: "c1", tool: "orders_get", arguments: { order_id: "W1" } }],
  },
  { role: "tool", callId: "c1", tool: "orders_get", result: { total: 12.5 } },
  { role: "assistant", content: "", toolRequests: [{ callId: "c2", tool: "orders_get", arguments: {} }] },
  { role: "tool", callId: "c2", tool: "orders_get", result: "no such order", isError: true },
];

test("messages survive the way to the SDK and back", () => {
  expect(messagesFromPrompt(promptFromMessages(conversation))).toEqual(conversation);
});

test("requests survive the way to the SDK and back, without what is no setting", () => {
  const request: ModelRequest = {
    messages: conversation,
    tools: [{ name: "orders_get", description: "Reads", parameters: { type: "object" } }],
    settings: {
      temperature: 0,
      topP: 0.5,
      maxOutputTokens: 10,
      seed: 3,
      responseFormat: { type: "json" },
      toolChoice: { type: "none" },
    },
  };
  expect(requestFromCall({ ...callFromRequest(request), headers: { authorization: "secret" } })).toEqual(request);
});

test("parts of a prompt that are no text leave a note", () => {
  const data = { type: "data" as const, data: "aGk=" };
  const messages = messagesFromPrompt([
    {
      role: "user",
      content: [
        { type: "text", text: "see" },
        { type: "file", mediaType: "image/png", filename: "a.png", data },
      ],
    },
    {
      role: "tool",
      content: [
        { type: "tool-result", toolCallId: "c", toolName: "t", output: { type: "execution-denied", reason: "no" } },
      ],
    },
  ]);
  expect(messages).toEqual([
    { role: "user", content: "see\n[file a.png, image/png]" },
    { role: "tool", callId: "c", tool: "t", result: { error: "execution denied: no" }, isError: true },
  ]);
});

const answer: ModelAnswer = {
  message: {
    role: "assistant",
    content: "Hello  there,\nfriend ",
    reasoning: "so so",
    toolRequests: [
      { callId: "c1", tool: "a", arguments: { x: [1] } },
      { callId: "c2", tool: "b", arguments: "{broken" },
    ],
  },
  finishReason: "tool-calls",
  usage: { inputTokens: 10, outputTokens: 4, cachedInputTokens: 3, reasoningTokens: 1 },
  model: "real-id",
};

test("answers survive a stream, broken arguments and usage included", () => {
  expect(answerFromStreamParts(streamPartsFromAnswer(answer))).toEqual(answer);
  const cut = streamPartsFromAnswer(answer).filter((part) => part.type !== "finish");
  expect(answerFromStreamParts(cut)).toMatchObject({ finishReason: "error", usage: {} });
});

test("any SDK model can stand behind our port", async () => {
  const back = fromAiSdkModel(toAiSdkModel({ provider: "p", id: "m", generate: async () => answer }));
  expect(await back.generate({ messages: conversation })).toEqual(answer);
  expect(back).toMatchObject({ provider: "p", id: "m" });
});

const apiError = (statusCode: number | undefined, responseHeaders: Record<string, string> = {}) =>
  new APICallError({
    message: "no\nprompt",
    url: "http://x",
    requestBodyValues: {},
    responseHeaders,
    isRetryable: statusCode !== 400,
    ...(statusCode && { statusCode }),
  });

test.each([
  {
    why: "seconds",
    error: apiError(429, { "retry-after": "3" }),
    code: "model.rate_limited",
    details: { status: 429, retryAfterMs: 3_000, canRetry: true },
  },
  {
    why: "milliseconds",
    error: apiError(429, { "retry-after-ms": "40", "retry-after": "3" }),
    code: "model.rate_limited",
    details: { retryAfterMs: 40 },
  },
  {
    why: "a date",
    error: apiError(503, { "retry-after": "Thu, 01 Jan 1970 00:00:07 GMT" }),
    code: "model.unavailable",
    details: { status: 503, retryAfterMs: 5_000 },
  },
  { why: "a bad request", error: apiError(400), code: "model.unavailable", details: { status: 400, canRetry: false } },
  { why: "a broken line", error: apiError(undefined), code: "model.unavailable", details: { canRetry: true } },
  {
    why: "a wrapped error",
    error: Object.assign(new Error("retried"), { lastError: apiError(429) }),
    code: "model.rate_limited",
    details: { status: 429 },
  },
  { why: "a bug", error: new TypeError("x is undefined"), code: "model.unavailable", details: { canRetry: false } },
])("$why becomes $code", ({ error, code, details }) => {
  const ours = errorFromProvider(error, { provider: "p", id: "m", clock: fixedClock(2_000) });
  expect(ours).toBeInstanceOf(AegisError);
  expect(ours).toMatchObject({ code, details });
  expect((ours as AegisError).message).not.toContain("prompt");
});
