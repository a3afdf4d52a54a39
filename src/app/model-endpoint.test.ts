/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import type { NewEvent } from "../domain/index.ts";
import { type LanguageModel, scriptedModel } from "../model/index.ts";
import { openModelEndpoint } from "./model-endpoint.ts";

const model = scriptedModel({
  id: "shop",
  usage: { inputTokens: 1_000_000, outputTokens: 0 },
  rules: [
    { when: { user: "down" }, then: { error: { status: 503 } } },
    {
      when: { user: "order (\\d+)", notCalled: "orders_get" },
      then: { call: { tool: "orders_get", arguments: { id: "{{user.1}}" } } },
    },
    { when: { lastTool: "orders_get" }, then: { say: "It costs {{result.orders_get.total}}." } },
  ],
  fallback: { say: "hello" },
});

async function open(given: LanguageModel | null = model) {
  const prices = { "scripted/shop": { inputMicroUsd: 5, outputMicroUsd: 0 } };
  const endpoint = await openModelEndpoint({ model: given ?? undefined, prices });
  onTestFinished(() => endpoint[Symbol.asyncDispose]());
  const register = (more: object = {}) => {
    const events: NewEvent[] = [];
    const trial = endpoint.register({
      runId: "run",
      onEvent: (event) => events.push(event),
      reached: async () => undefined,
      ...more,
    });
    const openai = new OpenAI({ baseURL: trial.baseUrl, apiKey: "aegis", maxRetries: 0 });
    const ask = async (content: string, headers: Record<string, string> = {}) => {
      const messages = [{ role: "user" as const, content }];
      const answer = await openai.chat.completions.create({ model: "m", messages }, { headers });
      return answer.choices[0]?.message.content;
    };
    const types = () => events.map(({ type }) => type).join(" ");
    return { ...trial, events, openai, ask, types };
  };
  return { endpoint, register };
}

const tools = [{ type: "function" as const, function: { name: "orders_get", parameters: { type: "object" } } }];
const ORDER = [{ role: "user" as const, content: "what is order 7?" }];
const WHOLE = "model.called model.returned tool.called tool.returned model.called model.returned";

test("what passes is logged: model calls with their cost, tool calls and their results", async () => {
  const { openai, events, types } = (await open()).register();
  const first = await openai.chat.completions.create({ model: "m", messages: ORDER, tools });
  const [call] = first.choices[0]?.message.tool_calls ?? [];
  const result = { role: "tool" as const, tool_call_id: call?.id ?? "", content: '{"total": 5}' };
  const messages = [...ORDER, first.choices[0]!.message, result];
  const second = await openai.chat.completions.create({ model: "m", messages, tools });
  expect(second.choices[0]?.message.content).toBe("It costs 5.");
  expect(types()).toBe(WHOLE);
  expect(events.every(({ witness }) => witness === "edge")).toBe(true);
  expect(events).toMatchObject([
    {
      model: "scripted/shop",
      provider: "scripted",
      keptCount: 0,
      added: [{ content: "what is order 7?" }],
      toolNames: ["orders_get"],
    },
    { costMicroUsd: 5, usage: { inputTokens: 1_000_000 } },
    { tool: "orders_get", arguments: { id: "7" }, callId: call?.id },
    { tool: "orders_get", callId: call?.id, result: { total: 5 } },
    { keptCount: 1 },
    { message: { content: "It costs 5." } },
  ]);
});

test("streamed answers are logged the same way", async () => {
  const { openai, types, events } = (await open()).register();
  const stream = openai.chat.completions.stream({ model: "m", messages: ORDER, tools });
  const { message } = (await stream.finalChatCompletion()).choices[0]!;
  const result = { role: "tool" as const, tool_call_id: message.tool_calls?.[0]?.id ?? "", content: '{"total": 6}' };
  const again = openai.chat.completions.stream({ model: "m", messages: [...ORDER, message, result], tools });
  expect(await again.finalContent()).toBe("It costs 6.");
  expect(types()).toBe(WHOLE);
  expect(events[3]).toMatchObject({ result: { total: 6 }, effect: (events[2] as { effect?: number }).effect });
});

test("a model's failure is logged and told", async () => {
  const { ask, events } = (await open()).register();
  await expect(ask("down")).rejects.toMatchObject({ status: 503 });
  expect(events.at(-1)).toMatchObject({
    type: "model.returned",
    error: { name: "model.unavailable", status: 503 },
    costMicroUsd: null,
  });
});

test("calls the boundary has logged already are not logged again", async () => {
  const { ask, events } = (await open()).register();
  expect(await ask("hi", { "x-aegis-logged": "1" })).toBe("hello");
  expect(events).toEqual([]);
  await ask("hi");
  expect(events.length).toBe(2);
});

test("trials side by side have addresses and logs of their own, and a closed one is gone", async () => {
  const { register } = await open();
  const trials = Array.from({ length: 5 }, () => register());
  expect(new Set(trials.map(({ baseUrl }) => baseUrl)).size).toBe(5);
  await Promise.all(trials.map(({ ask }, index) => ask(`I am ${index}`)));
  for (const [index, { events }] of trials.entries()) {
    expect(events).toMatchObject([{ added: [{ content: `I am ${index}` }] }, {}]);
  }
  const [first, second] = trials;
  first?.close();
  await expect(first?.ask("hi")).rejects.toMatchObject({
    status: 404,
    message: expect.stringContaining("this trial is over"),
  });
  expect(await second?.ask("hi")).toBe("hello");
  expect(first?.events.length).toBe(2);
});

test("what is under way when a trial closes does not get into its log", async () => {
  const { promise: isAsked, resolve: onAsked } = Promise.withResolvers<void>();
  const { promise: mayAnswer, resolve: letAnswer } = Promise.withResolvers<void>();
  const slow: LanguageModel = {
    provider: "test",
    id: "slow",
    async generate() {
      onAsked();
      await mayAnswer;
      return { message: { role: "assistant", content: "late" }, finishReason: "stop", usage: {} };
    },
  };
  const { ask, close, events } = (await open(slow)).register();
  const asking = ask("hi");
  await isAsked;
  close();
  letAnswer();
  expect(await asking).toBe("late");
  expect(events).toEqual([]);
});

test("a recording answers in its order, and says when it is over", async () => {
  const { register } = await open(null);
  const { openai, events } = register({ modelReplay: [{ role: "assistant", content: "as recorded" }] });
  const first = await openai.chat.completions.create({ model: "m", messages: ORDER });
  expect(first.choices[0]?.message.content).toBe("as recorded");
  const more = openai.chat.completions.create({
    model: "m",
    messages: [...ORDER, first.choices[0]!.message, ...ORDER],
  });
  await expect(more).rejects.toMatchObject({ status: 500 });
  expect(events.at(-1)).toMatchObject({ error: { name: "model.replay_miss" } });
});

test.each([
  { path: "/", status: 404 },
  { path: "/v1/chat/completions", status: 404 },
  { path: "/t/00/v1/chat/completions", status: 404 },
  { path: "/t/../t/00/v1/models", status: 404 },
])("$path leads nowhere", async ({ path, status }) => {
  const { baseUrl } = (await open()).register();
  expect((await fetch(new URL(path, baseUrl), { method: "POST", body: "{}" })).status).toBe(status);
});

test("a suite without a model says how to name one", async () => {
  const { ask } = (await open(null)).register();
  await expect(ask("hi")).rejects.toMatchObject({ status: 404, message: expect.stringContaining("names no model") });
});

test("closing the endpoint cuts what hangs", async () => {
  const { promise: isAsked, resolve: onAsked } = Promise.withResolvers<void>();
  const generate = () => (onAsked(), new Promise<never>(() => undefined));
  const { endpoint, register } = await open({ provider: "test", id: "never", generate });
  const asking = register()
    .ask("hi")
    .catch((error: unknown) => error);
  await isAsked;
  await endpoint[Symbol.asyncDispose]();
  expect(await asking).toMatchObject({ message: "Connection error." });
});
