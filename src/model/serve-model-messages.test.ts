import Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { replayModel } from "./replay-model.ts";
import { CONVERSATION, NOTE, results, schema, serve } from "./serve-model.test-kit.ts";

// Anthropic messages, as Anthropic's own client meets them.
const question = { model: "any", max_tokens: 99, system: "Be brief." };
const tools = [{ name: "orders_get", description: "One order.", input_schema: schema }];
const user = { role: "user" as const, content: "W1 and W2?" };

const ask = {
  whole: (client: Anthropic, body: Anthropic.MessageCreateParamsNonStreaming) => client.messages.create(body),
  streamed: (client: Anthropic, body: Anthropic.MessageCreateParamsNonStreaming) =>
    client.messages.stream(body).finalMessage(),
};

test.each(["whole", "streamed"] as const)("a conversation with two calls at once, %s", async (how) => {
  const { anthropic, exchanges } = await serve();
  const first = await ask[how](anthropic, { ...question, tools, messages: [user] });
  expect(first).toMatchObject({
    type: "message",
    model: "scripted/support",
    stop_reason: "tool_use",
    usage: { input_tokens: 100, cache_read_input_tokens: 20, output_tokens: 30 },
  });
  expect(first.content).toMatchObject([
    { type: "thinking", thinking: "Two orders to look up." },
    { type: "text", text: "I look both up." },
    { type: "tool_use", name: "orders_get", input: { order_id: "W1", note: NOTE } },
    { type: "tool_use", name: "orders_get", input: { order_id: "W2" } },
  ]);
  const calls = first.content.filter((block) => block.type === "tool_use");
  const given = calls.map(({ id }, index) => ({
    type: "tool_result" as const,
    tool_use_id: id,
    content: JSON.stringify(results[index]),
  }));
  const messages = [
    user,
    { role: "assistant" as const, content: first.content },
    { role: "user" as const, content: given },
  ];
  const second = await ask[how](anthropic, {
    ...question,
    tools,
    messages,
    stop_sequences: ["END"],
    tool_choice: { type: "any" },
  });
  expect(second).toMatchObject({
    stop_reason: "end_turn",
    content: [{ type: "text", text: "The last costs 12.5 dollars." }],
  });
  expect(exchanges[1]?.request).toMatchObject({
    messages: CONVERSATION,
    tools: [{ name: "orders_get", description: "One order.", parameters: schema }],
    settings: { stopSequences: ["END"], maxOutputTokens: 99, toolChoice: { type: "required" } },
  });
  const failed = [{ type: "tool_result" as const, tool_use_id: calls[0]!.id, content: "gone", is_error: true }];
  const third = await ask[how](anthropic, {
    ...question,
    tools,
    messages: [...messages.slice(0, 2), { role: "user", content: failed }],
  });
  expect(third.content).toMatchObject([{ text: "That failed." }]);
});

test("words come one by one", async () => {
  const { anthropic } = await serve();
  const words: string[] = [];
  const stream = anthropic.messages.stream({ ...question, messages: [{ role: "user", content: "hi" }] });
  await stream.on("text", (word) => words.push(word)).done();
  expect(words).toEqual(["Hello", " there,", " how", " are", " you?"]);
});

test("an answer that was too long says so", async () => {
  const { anthropic } = await serve();
  const answer = await anthropic.messages.create({ ...question, messages: [{ role: "user", content: "cut" }] });
  expect(answer.stop_reason).toBe("max_tokens");
});

test.each([
  { says: "limit", error: Anthropic.RateLimitError, type: "rate_limit_error", status: 429 },
  { says: "overload", error: Anthropic.InternalServerError, type: "overloaded_error", status: 529 },
])("a provider's $status comes as Anthropic's own", async ({ says, error, type, status }) => {
  const { anthropic } = await serve();
  for (const stream of [false, true]) {
    const body = { ...question, stream, messages: [{ role: "user" as const, content: says }] };
    const failed: unknown = await anthropic.messages.create(body).catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(error);
    expect(failed).toMatchObject({ status, error: { type: "error", error: { type } } });
  }
});

test.each([
  { why: "no limit of tokens", body: { max_tokens: undefined }, says: "max_tokens: is missing" },
  { why: "no messages", body: { messages: [] }, says: "messages" },
  { why: "an unknown role", body: { messages: [{ role: "robot", content: "" }] }, says: "messages.0.role" },
  { why: "a tool without a name", body: { tools: [{}] }, says: "tools.0.name" },
])("$why is refused", async ({ body, says }) => {
  const { anthropic } = await serve();
  const asked = { ...question, messages: [user], ...body } as unknown as Anthropic.MessageCreateParamsNonStreaming;
  await expect(anthropic.messages.create(asked)).rejects.toThrow(says);
});

test("tokens that nobody told are not told as 0, in any format", async () => {
  const model = replayModel({ messages: [{ role: "assistant", content: "again" }] });
  const { openai, anthropic } = await serve({ model });
  const messages = [{ role: "user" as const, content: "hi" }];
  expect((await openai.chat.completions.create({ model: "any", messages })).usage).toBeUndefined();
  expect((await openai.responses.stream({ model: "any", input: "hi" }).finalResponse()).usage).toBeNull();
  const streamed = await anthropic.messages.stream({ model: "any", max_tokens: 9, messages }).finalMessage();
  expect(streamed).toMatchObject({ content: [{ text: "again" }], usage: { input_tokens: null, output_tokens: null } });
});
