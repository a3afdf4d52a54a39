import OpenAI from "openai";
import { expect, test } from "vitest";
import { CONVERSATION, results, schema, serve } from "./serve-model.test-kit.ts";

// OpenAI Responses, as OpenAI's own client meets them.
const question = { model: "any", instructions: "Be brief.", input: "W1 and W2?" };
const tools = [{ type: "function" as const, name: "orders_get", parameters: schema, strict: false }];

const ask = {
  whole: (openai: OpenAI, body: OpenAI.Responses.ResponseCreateParamsNonStreaming) => openai.responses.create(body),
  streamed: (openai: OpenAI, body: OpenAI.Responses.ResponseCreateParamsNonStreaming) =>
    openai.responses.stream(body as never).finalResponse() as Promise<OpenAI.Responses.Response>,
};
const outputsOf = (response: OpenAI.Responses.Response) =>
  response.output
    .filter((item) => item.type === "function_call")
    .map((item, index) => ({
      type: "function_call_output" as const,
      call_id: item.call_id,
      output: JSON.stringify(results[index]),
    }));

test.each(["whole", "streamed"] as const)("a conversation with two calls at once, %s", async (how) => {
  const { openai, exchanges } = await serve();
  const first = await ask[how](openai, { ...question, tools });
  expect(first).toMatchObject({
    status: "completed",
    model: "scripted/support",
    usage: {
      input_tokens: 120,
      output_tokens: 30,
      total_tokens: 150,
      input_tokens_details: { cached_tokens: 20 },
      output_tokens_details: { reasoning_tokens: 10 },
    },
  });
  expect(first.output.map(({ type }) => type)).toEqual(["reasoning", "message", "function_call", "function_call"]);
  expect(first.output_text).toBe("I look both up.");
  const input = [
    { role: "user" as const, content: question.input },
    ...first.output,
    ...outputsOf(first),
  ] as OpenAI.Responses.ResponseInput;
  const second = await ask[how](openai, { ...question, input, tools, temperature: 0, max_output_tokens: 50 });
  expect(second.output_text).toBe("The last costs 12.5 dollars.");
  expect(exchanges[1]?.request).toMatchObject({
    messages: CONVERSATION,
    tools: [{ name: "orders_get", parameters: schema }],
    settings: { temperature: 0, maxOutputTokens: 50 },
  });
  // What the SDK gives from stored answers is the same conversation.
  const continued = { ...question, tools, previous_response_id: first.id, input: outputsOf(first) };
  expect((await ask[how](openai, continued)).output_text).toBe("The last costs 12.5 dollars.");
  expect(exchanges[2]?.request.messages).toEqual(exchanges[1]?.request.messages);
  const byName = input.map((item) => ("id" in item ? { type: "item_reference" as const, id: item.id! } : item));
  expect((await ask[how](openai, { ...question, tools, input: byName })).output_text).toContain("12.5");
  expect(exchanges[3]?.request.messages).toEqual(exchanges[1]?.request.messages);
});

test("words come one by one, each with its place", async () => {
  const { openai } = await serve();
  const events = [];
  for await (const event of await openai.responses.create({ model: "any", input: "hi", stream: true }))
    events.push(event);
  const words = events.flatMap((event) => (event.type === "response.output_text.delta" ? [event.delta] : []));
  expect(words).toEqual(["Hello", " there,", " how", " are", " you?"]);
  expect(events.map(({ sequence_number: place }) => place)).toEqual(events.map((_event, index) => index));
  expect([events[0]?.type, events.at(-1)?.type]).toEqual(["response.created", "response.completed"]);
});

test.each(["whole", "streamed"] as const)("an answer that was too long says so, %s", async (how) => {
  const { openai } = await serve();
  expect(await ask[how](openai, { model: "any", input: "cut" })).toMatchObject({
    status: "incomplete",
    incomplete_details: { reason: "max_output_tokens" },
    output_text: "I was go",
  });
});

test("failures are the ones that production has", async () => {
  const { openai, exchanges } = await serve();
  const limited: unknown = await openai.responses
    .create({ model: "any", input: "limit" })
    .catch((error: unknown) => error);
  expect(limited).toBeInstanceOf(OpenAI.RateLimitError);
  expect((limited as InstanceType<typeof OpenAI.APIError>).headers?.get("retry-after")).toBe("2");
  expect(exchanges[0]?.error).toMatchObject({ code: "model.rate_limited" });
  await expect(openai.responses.create({ model: "any", input: "hi", previous_response_id: "resp_9" })).rejects.toThrow(
    "nothing is known of resp_9",
  );
  await expect(openai.responses.create({ model: "any" })).rejects.toThrow("input: is missing");
});

test("what was not to be stored is not known later", async () => {
  const { openai } = await serve();
  const { id } = await openai.responses.create({ model: "any", input: "hi", store: false });
  await expect(openai.responses.create({ model: "any", input: "on", previous_response_id: id })).rejects.toThrow(
    "known",
  );
});
