/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import { expect, test } from "vitest";
import type { Message } from "../domain/index.ts";
import { AegisError, type Json } from "../kernel/index.ts";
import type { Condition, Rule, Script, ScriptFunction } from "./script.ts";
import { scriptedModel } from "./scripted-model.ts";

const user = (content: string): Message => ({ role: "user", content });
const system = (content: string): Message => ({ role: "system", content });
const called = (...tools: string[]): Message => ({
  role: "assistant",
  content: "",
  toolRequests: tools.map((tool) => ({ callId: `id-${tool}`, tool, arguments: {} })),
});
const result = (tool: string, value: Json, isError = false): Message => ({
  role: "tool",
  callId: `id-${tool}`,
  tool,
  result: value,
  ...(isError && { isError }),
});

const refund = [user("hello"), { role: "assistant", content: "hi" } as const, user("Refund order W123, please")];
const afterGet = [...refund, called("orders.get"), result("orders.get", { total: 12.5, items: [{ name: "cup" }] })];
const afterFailure = [...afterGet, called("refund.issue"), result("refund.issue", { error: "timeout" })];

const holds = async (when: Condition, messages: readonly Message[], tools: readonly string[] = []) => {
  const rules = [{ when, then: { say: "yes" } }];
  const model = scriptedModel({ id: "test", rules, fallback: { say: "no" } });
  const offered = tools.map((name) => ({ name, parameters: {} }));
  return (await model.generate({ messages, tools: offered })).message.content === "yes";
};

test.each<{ when: Condition; messages: readonly Message[]; expected: boolean; tools?: string[] }>([
  { when: {}, messages: [], expected: true },
  { when: { user: "refund .*w123" }, messages: refund, expected: true },
  { when: { user: "hello" }, messages: refund, expected: false },
  { when: { anyUser: "hello" }, messages: refund, expected: true },
  { when: { anyUser: "goodbye" }, messages: refund, expected: false },
  { when: { system: "be kind" }, messages: [system("Be kind."), ...refund], expected: true },
  { when: { system: "be kind" }, messages: refund, expected: false },
  { when: { turn: 2 }, messages: refund, expected: true },
  { when: { turn: 1 }, messages: refund, expected: false },
  { when: { called: "orders.get" }, messages: afterGet, expected: true },
  { when: { called: ["orders.get", "refund.issue"] }, messages: afterGet, expected: false },
  { when: { notCalled: "refund.issue" }, messages: afterGet, expected: true },
  { when: { notCalled: ["orders.get", "refund.issue"] }, messages: afterGet, expected: false },
  { when: { called: "orders.get" }, messages: [...afterGet, user("and?")], expected: true },
  { when: { calledInTurn: "orders.get" }, messages: [...afterGet, user("and?")], expected: false },
  { when: { notCalledInTurn: "orders.get" }, messages: [...afterGet, user("and?")], expected: true },
  { when: { calledTimes: { tool: "orders.get", exactly: 1 } }, messages: afterGet, expected: true },
  { when: { calledTimes: { tool: "orders.get", atLeast: 2 } }, messages: afterGet, expected: false },
  { when: { calledTimes: { tool: "orders.get", atMost: 0 } }, messages: refund, expected: true },
  { when: { lastTool: "orders.get" }, messages: afterGet, expected: true },
  { when: { lastTool: "orders.get" }, messages: afterFailure, expected: false },
  { when: { lastTool: "orders.get" }, messages: [...afterGet, user("and?")], expected: false },
  { when: { lastResult: '"total":12' }, messages: afterGet, expected: true },
  { when: { lastResult: "." }, messages: refund, expected: false },
  { when: { lastFailed: true }, messages: afterFailure, expected: true },
  { when: { lastFailed: "refund.issue" }, messages: afterFailure, expected: true },
  { when: { lastFailed: "orders.get" }, messages: afterFailure, expected: false },
  { when: { lastFailed: true }, messages: afterGet, expected: false },
  {
    when: { lastFailed: true },
    messages: [...refund, called("x"), result("x", "Error: no such order")],
    expected: true,
  },
  { when: { lastFailed: true }, messages: [...refund, called("x"), result("x", "gone", true)], expected: true },
  { when: { offered: "orders.get" }, messages: refund, expected: true, tools: ["orders.get"] },
  { when: { offered: "orders.get" }, messages: refund, expected: false, tools: ["orders.list"] },
  { when: { all: [{ user: "refund" }, { turn: 2 }] }, messages: refund, expected: true },
  { when: { all: [{ user: "refund" }, { turn: 3 }] }, messages: refund, expected: false },
  { when: { any: [{ turn: 9 }, { user: "refund" }] }, messages: refund, expected: true },
  { when: { any: [{ turn: 9 }, { turn: 8 }] }, messages: refund, expected: false },
  { when: { not: { called: "orders.get" } }, messages: refund, expected: true },
  { when: { not: { called: "orders.get" }, user: "refund" }, messages: afterGet, expected: false },
])("$when is $expected", async ({ when, messages, expected, tools }) => {
  expect(await holds(when, messages, tools)).toBe(expected);
});

test.each<{ text: string; when?: Condition; messages?: readonly Message[]; expected: string }>([
  { text: "order {{user.1}}", when: { user: "order (W\\d+)" }, expected: "order W123" },
  { text: "order {{ user.id }}", when: { user: "order (?<id>W\\d+)" }, expected: "order W123" },
  { text: "order {{user.1}}", when: { all: [{ anyUser: "order (W\\d+)" }] }, expected: "order W123" },
  { text: "{{anyUser.1}}!", when: { anyUser: "(hel)lo" }, expected: "hel!" },
  { text: "You said: {{user}}", expected: "You said: Refund order W123, please" },
  { text: "It was {{result.orders.get.total}}", expected: "It was 12.5" },
  { text: "a {{lastResult.items.0.name}}", expected: "a cup" },
  { text: "{{result.orders.get}}", expected: '{"total":12.5,"items":[{"name":"cup"}]}' },
  { text: "{{result.orders.get.missing|nothing}}", expected: "nothing" },
  { text: "It was {{result.orders.get.missing}}", expected: "It was null" },
  { text: "{{result.never.called.x}}", expected: "null" },
])("$text says $expected", async ({ text, when, messages = afterGet, expected }) => {
  const rule: Rule = { ...(when && { when }), then: { say: text } };
  const { message } = await scriptedModel({ id: "test", rules: [rule] }).generate({ messages });
  expect(message.content).toBe(expected);
});

test("arguments keep the type of a whole template, and the longest tool name wins", async () => {
  const messages = [...afterGet, called("orders"), result("orders", { get: { total: 1 } })];
  const given = { order: "{{user.1}}", amount: "{{result.orders.get.total}}", items: ["{{result.orders.get.items}}"] };
  const rules: Rule[] = [{ when: { user: "(W\\d+)" }, then: { call: { tool: "refund.issue", arguments: given } } }];
  const answer = await scriptedModel({ id: "test", rules }).generate({ messages });
  expect(answer.finishReason).toBe("tool-calls");
  expect(answer.message.toolRequests?.[0]?.arguments).toEqual({
    order: "W123",
    amount: 12.5,
    items: [[{ name: "cup" }]],
  });
});

const dice: Script = {
  id: "dice",
  seed: 1,
  rules: [{ chance: 0.3, then: { say: "rare" } }],
  fallback: { say: "common" },
};
const roll = async (text: string, seed: number, script = dice) =>
  (await scriptedModel(script).generate({ messages: [user(text)], settings: { seed } })).message.content;

test("chance follows the seeds and the conversation, and nothing else", async () => {
  const seeds = Array.from({ length: 1_000 }, (_, seed) => seed);
  const first = await Promise.all(seeds.map((seed) => roll("hi", seed)));
  const again: string[] = [];
  for (const seed of [...seeds].reverse()) again.unshift(await roll("hi", seed));
  expect(again).toEqual(first);
  const rare = first.filter((said) => said === "rare").length;
  expect(rare).toBeGreaterThan(250);
  expect(rare).toBeLessThan(350);
  expect(await Promise.all(seeds.map((seed) => roll("hello", seed)))).not.toEqual(first);
  expect(await Promise.all(seeds.map((seed) => roll("hi", seed, { ...dice, seed: 2 })))).not.toEqual(first);
});

test("call ids differ within and between answers, and rewriting them changes no draw", async () => {
  const script: ScriptFunction = {
    id: "ids",
    next: ({ random }) => ({ say: String(random()), call: [{ tool: "a" }, { tool: "a" }] }),
  };
  const model = scriptedModel(script);
  const first = await model.generate({ messages: refund });
  const ids = first.message.toolRequests?.map((request) => request.callId) ?? [];
  const second = await model.generate({ messages: [...refund, first.message, result("a", 1), result("a", 2)] });
  expect(new Set([...ids, ...(second.message.toolRequests ?? []).map((request) => request.callId)]).size).toBe(4);
  const renamed = {
    ...first.message,
    toolRequests: first.message.toolRequests?.map((r) => ({ ...r, callId: "x" })) ?? [],
  };
  const other = await model.generate({ messages: [...refund, renamed, result("a", 1), result("a", 2)] });
  expect(other.message.content).toBe(second.message.content);
});

test("a script function sees the conversation", async () => {
  const script: ScriptFunction = {
    id: "scripted/function",
    next: (turn) => ({
      say: `${turn.lastUser}|${turn.called("orders.get")}|${JSON.stringify(turn.results("orders.get"))}`,
    }),
    usage: { inputTokens: 7, outputTokens: 3 },
  };
  const answer = await scriptedModel(script).generate({ messages: afterGet });
  expect(answer.message.content).toBe('Refund order W123, please|1|[{"total":12.5,"items":[{"name":"cup"}]}]');
  expect(answer.usage).toEqual({ inputTokens: 7, outputTokens: 3 });
});

test("tokens are a quarter of the characters unless told", async () => {
  const answer = await scriptedModel({ id: "t", rules: [{ then: { say: "abcd".repeat(100) } }] }).generate({
    messages: [],
  });
  expect(answer.usage.outputTokens).toBeGreaterThanOrEqual(100);
  expect(answer.usage.outputTokens).toBeLessThan(115);
});

test.each([
  { error: { status: 429, retryAfterMs: 250 }, code: "model.rate_limited", canRetry: true },
  { error: { status: 503 }, code: "model.unavailable", canRetry: true },
  { error: { status: 401 }, code: "model.unavailable", canRetry: false },
])("status $error.status is $code", async ({ error, code, canRetry }) => {
  const thrown = await scriptedModel({ id: "t", rules: [{ then: { error } }] })
    .generate({ messages: [] })
    .catch((reason: unknown) => reason);
  expect(thrown).toBeInstanceOf(AegisError);
  expect(thrown).toMatchObject({ code, details: { ...error, canRetry } });
});

test("nothing matches: the script is exhausted", async () => {
  const model = scriptedModel({ id: "t", rules: [{ when: { turn: 9 }, then: { say: "x" } }] });
  await expect(model.generate({ messages: refund })).rejects.toMatchObject({ code: "model.script_exhausted" });
});

test("latency is slept and can be cancelled", async () => {
  const slept: number[] = [];
  const script: Script = { id: "t", rules: [], fallback: { say: "late" }, latencyMs: 60_000 };
  const model = scriptedModel(script, { sleep: async (ms) => void slept.push(ms) });
  expect((await model.generate({ messages: [] })).message.content).toBe("late");
  expect(slept).toEqual([60_000]);
  const controller = new AbortController();
  const waiting = scriptedModel(script).generate({ messages: [], signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
});
