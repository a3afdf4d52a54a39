import { expect, test } from "vitest";
import type { AssistantMessage, Message, TrialMetrics } from "../domain/index.ts";
import type { Json } from "../kernel/index.ts";
import { conversation } from "./conversation.ts";
import { logOf } from "./log-of.ts";
import { measureTrial } from "./measure-trial.ts";
import type { LogEntry } from "./run-log.ts";
import { spanTree } from "./span-tree.ts";
import { usageOf } from "./usage-of.ts";

const witness = "runtime";
const started: LogEntry = {
  type: "run.started",
  schemaVersion: 1,
  agent: { name: "support", version: "7" },
  origin: "trial",
  witness,
};
const ended: LogEntry = { type: "run.ended", outcome: "answered", durationMs: 50, witness };
const user = (content: string): LogEntry => ({ type: "message.received", from: "user", content, witness });
const sent = (content: string): LogEntry => ({ type: "message.sent", content, witness });
const request = (callId: string, tool = "orders.get", given: Json = { id: "W1" }) => ({
  callId,
  tool,
  arguments: given,
});
const tool = (effect: number, name = "orders.get", given: Json = { id: "W1" }, attempt = 1): LogEntry => ({
  type: "tool.called",
  effect,
  attempt,
  callId: `c${effect}`,
  tool: name,
  arguments: given,
  witness,
  atMs: effect * 10,
});
const result = (effect: number, value: Json): LogEntry => ({
  type: "tool.returned",
  effect,
  callId: `c${effect}`,
  tool: "orders.get",
  durationMs: 5,
  result: value,
  witness,
});
const failed = (effect: number, message: string): LogEntry => ({
  type: "tool.returned",
  effect,
  callId: `c${effect}`,
  tool: "orders.get",
  durationMs: 5,
  error: { name: "Timeout", message },
  witness,
});
const ask = (effect: number, messages: readonly Message[], model = "small"): LogEntry => ({
  type: "model.called",
  effect,
  attempt: 1,
  provider: "acme",
  model,
  keptCount: 0,
  added: messages,
  toolNames: [],
  witness,
  atMs: effect * 10,
});
const answer = (effect: number, message: Omit<AssistantMessage, "role">, more: object = {}): LogEntry => ({
  type: "model.returned",
  effect,
  durationMs: 7,
  costMicroUsd: 100,
  usage: { inputTokens: 10, outputTokens: 2 },
  message: { role: "assistant", ...message },
  witness,
  ...more,
});

const hello: Message = { role: "user", content: "hello" };
const toolMessage = (effect: number, value: Json): Message => ({
  role: "tool",
  callId: `c${effect}`,
  tool: "orders.get",
  result: value,
});

test.each<{ what: string; entries: LogEntry[]; expected: Message[] }>([
  {
    what: "a log with model calls: the answer is the model's last text, said once",
    entries: [
      started,
      user("hello"),
      ask(0, [{ role: "system", content: "policy" }, hello]),
      answer(0, { content: "", toolRequests: [request("c1"), request("c2")] }),
      tool(1),
      tool(2),
      result(2, 2),
      result(1, "one"),
      ask(3, [hello]),
      answer(3, { content: "done" }),
      sent("done"),
      user("thanks"),
      sent("done"),
    ],
    expected: [
      hello,
      { role: "assistant", content: "", toolRequests: [request("c1"), request("c2")] },
      toolMessage(2, 2),
      toolMessage(1, "one"),
      { role: "assistant", content: "done" },
      { role: "user", content: "thanks" },
      { role: "assistant", content: "done" },
    ],
  },
  {
    what: "a log without model calls: tool calls make the assistant's messages",
    entries: [
      user("hello"),
      tool(0),
      tool(1),
      result(0, 0),
      result(1, 1),
      sent("look"),
      tool(2),
      failed(2, "too slow"),
      sent("bye"),
    ],
    expected: [
      hello,
      { role: "assistant", content: "", toolRequests: [request("c0"), request("c1")] },
      toolMessage(0, 0),
      toolMessage(1, 1),
      { role: "assistant", content: "look", toolRequests: [request("c2")] },
      { role: "tool", callId: "c2", tool: "orders.get", result: "too slow", isError: true },
      { role: "assistant", content: "bye" },
    ],
  },
  {
    what: "a log of model calls alone: the prompts tell what the user said, and what was said before",
    entries: [
      ask(0, [hello, { role: "assistant", content: "hi" }, { role: "user", content: "again" }]),
      answer(0, { content: "yes?" }),
      ask(1, [
        hello,
        { role: "assistant", content: "hi" },
        { role: "user", content: "again" },
        { role: "assistant", content: "yes?" },
        hello,
      ]),
      answer(1, { content: "well" }),
    ],
    expected: [
      hello,
      { role: "assistant", content: "hi" },
      { role: "user", content: "again" },
      { role: "assistant", content: "yes?" },
      hello,
      { role: "assistant", content: "well" },
    ],
  },
  {
    what: "a repeated call after a crash: one call, its last result",
    entries: [
      user("hello"),
      tool(0),
      tool(0, "orders.get", { id: "W1" }, 2),
      result(0, "Error: busy"),
      tool(0, "orders.get", { id: "W1" }, 3),
      result(0, "ok"),
    ],
    expected: [hello, { role: "assistant", content: "", toolRequests: [request("c0")] }, toolMessage(0, "ok")],
  },
  { what: "nothing", entries: [], expected: [] },
])("the conversation of $what", ({ entries, expected }) => {
  expect(conversation(logOf(entries))).toEqual(expected);
});

const zero: TrialMetrics = {
  durationMs: 0,
  modelCallCount: 0,
  toolCallCount: 0,
  toolErrorCount: 0,
  retryCount: 0,
  longestRepeat: 0,
  longestCallRun: 0,
  stepCount: 0,
  escalationCount: 0,
  messageCount: 0,
  inputTokens: null,
  outputTokens: null,
  contextTokensMax: null,
  costMicroUsd: null,
  tools: [],
};
const pair = (effect: number, value: Json, given: Json = { id: "W1" }) => [
  tool(effect, "orders.get", given),
  result(effect, value),
];
const declaration = {
  name: "to_person",
  risk: "write",
  isIdempotent: true,
  needsApproval: false,
  permissions: [],
  purpose: "escalation",
} as const;

test.each<{ what: string; entries: LogEntry[]; expected: Partial<TrialMetrics> }>([
  { what: "an empty log", entries: [], expected: zero },
  {
    what: "one call",
    entries: pair(0, 1),
    expected: { longestRepeat: 1, retryCount: 0, stepCount: 1, messageCount: 2 },
  },
  {
    what: "three calls with one result",
    entries: [0, 1, 2].flatMap((each) => pair(each, "same")),
    expected: { longestRepeat: 3, retryCount: 0 },
  },
  {
    what: "calls with changing results",
    entries: [0, 1, 2].flatMap((each) => pair(each, each)),
    expected: { longestRepeat: 1 },
  },
  {
    what: "calls with changing arguments",
    entries: [0, 1].flatMap((each) => pair(each, "same", { id: each })),
    expected: { longestRepeat: 1 },
  },
  {
    what: "a repeat behind another call",
    entries: [...pair(0, 1), ...pair(1, 2, {}), ...pair(2, 1)],
    expected: { longestRepeat: 1 },
  },
  {
    what: "retries of errors, thrown, told and marked",
    entries: [tool(0), failed(0, "x"), ...pair(1, "Error: no"), ...pair(2, { isError: true }), ...pair(3, "fine")],
    expected: { toolErrorCount: 3, retryCount: 3, longestRepeat: 1 },
  },
  {
    what: "words that are no error",
    entries: [...pair(0, "error: small"), ...pair(1, "No Error", {})],
    expected: { toolErrorCount: 0 },
  },
  {
    what: "a call without an answer",
    entries: [...pair(0, 1), tool(1)],
    expected: { toolCallCount: 2, longestRepeat: 1 },
  },
  {
    what: "a call repeated by the boundary",
    entries: [tool(0), tool(0, "orders.get", { id: "W1" }, 2), result(0, 1)],
    expected: { toolCallCount: 1, retryCount: 0 },
  },
  {
    what: "escalations by name and by declaration",
    entries: [
      { ...started, tools: [declaration] } as LogEntry,
      tool(0, "transfer_to_human_agents"),
      tool(1, "escalate_case"),
      tool(2, "to_person"),
      tool(3, "deescalate"),
    ],
    expected: { escalationCount: 3 },
  },
  {
    what: "model calls: sums, the largest context, one failed call that told nothing",
    entries: [
      started,
      user("hello"),
      ask(0, [hello]),
      {
        type: "model.returned",
        effect: 0,
        durationMs: 1,
        costMicroUsd: null,
        error: { name: "RateLimited", message: "429" },
        witness,
      },
      ask(1, [hello]),
      answer(1, { content: "a" }, { usage: { inputTokens: 30, outputTokens: 2 } }),
      ask(2, [hello]),
      answer(2, { content: "b" }),
      ended,
    ],
    expected: {
      modelCallCount: 3,
      stepCount: 2,
      inputTokens: 40,
      outputTokens: 4,
      contextTokensMax: 30,
      costMicroUsd: 200,
      durationMs: 50,
    },
  },
  {
    what: "one call of unknown price and size: unknown in all",
    entries: [
      ask(0, [hello]),
      answer(0, { content: "a" }),
      ask(1, [hello]),
      answer(1, { content: "b" }, { usage: {}, costMicroUsd: null }),
    ],
    expected: { inputTokens: null, outputTokens: null, contextTokensMax: null, costMicroUsd: null },
  },
])("the numbers of $what", ({ entries, expected }) => {
  expect(measureTrial(logOf(entries))).toMatchObject(expected);
});

test("long arguments are cut, and stay different", () => {
  const steps = ["a", "b"].map(
    (end) => measureTrial(logOf([tool(0, "t", { text: "x".repeat(300) + end })])).tools[0]?.arguments,
  );
  expect(steps[0]).toMatch(/^\{"text":"x{191}#[0-9a-f]{8}$/);
  expect(steps[0]).not.toBe(steps[1]);
  expect(measureTrial(logOf([tool(0, "t", { b: 1, a: 2 })])).tools).toEqual([
    { tool: "t", arguments: '{"a":2,"b":1}', isError: false },
  ]);
});

test("usage is told per model, by the one that answered", () => {
  const usage = usageOf(
    logOf([
      ask(0, [hello]),
      answer(0, { content: "" }),
      ask(1, [hello]),
      answer(1, { content: "" }, { model: "large" }),
    ]),
  );
  expect(Object.keys(usage.perModel)).toEqual(["small", "large"]);
  expect(usage).toMatchObject({
    callCount: 2,
    inputTokens: 20,
    cachedInputTokens: null,
    perModel: { large: { inputTokens: 10, costMicroUsd: 100 } },
  });
});

test("effects become spans under the run: parallel, failed, and one that never ended", () => {
  const entries = [
    started,
    ask(0, [hello]),
    answer(0, { content: "" }),
    tool(1),
    tool(2),
    failed(2, "slow"),
    result(1, "one"),
    tool(3),
  ];
  const open = spanTree(logOf(entries));
  expect(open).toMatchObject({
    kind: "run",
    name: "invoke_agent support",
    startMs: 0,
    endMs: null,
    status: "unfinished",
  });
  expect(open?.attributes).toMatchObject({ "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.version": "7" });
  expect(open?.children.map(({ name, startMs, endMs, status }) => ({ name, startMs, endMs, status }))).toEqual([
    { name: "chat small", startMs: 0, endMs: 7, status: "ok" },
    { name: "execute_tool orders.get", startMs: 10, endMs: 15, status: "ok" },
    { name: "execute_tool orders.get", startMs: 20, endMs: 25, status: "error" },
    { name: "execute_tool orders.get", startMs: 30, endMs: null, status: "unfinished" },
  ]);
  expect(open?.children[0]?.attributes).toMatchObject({
    "gen_ai.provider.name": "acme",
    "gen_ai.usage.input_tokens": 10,
  });
  expect(open?.children[2]?.attributes).toMatchObject({ "error.type": "Timeout", "gen_ai.tool.call.id": "c2" });
  expect(JSON.stringify(open)).not.toContain("hello");
  expect(spanTree(logOf([...entries, ended]))?.status).toBe("ok");
  expect(spanTree([])).toBeUndefined();
});

test("with content, spans carry messages in parts, arguments and results", () => {
  const entries = [
    ask(0, [hello]),
    answer(0, { content: "hm", toolRequests: [request("c1")] }),
    tool(1),
    result(1, ["one"]),
  ];
  const spans = spanTree(logOf(entries), { withContent: true })?.children;
  expect(spans?.[0]?.attributes).toMatchObject({
    "gen_ai.input.messages": [{ role: "user", parts: [{ type: "text", content: "hello" }] }],
    "gen_ai.output.messages": [
      {
        role: "assistant",
        parts: [
          { type: "text", content: "hm" },
          { type: "tool_call", id: "c1", name: "orders.get", arguments: { id: "W1" } },
        ],
      },
    ],
  });
  expect(spans?.[1]?.attributes).toMatchObject({
    "gen_ai.tool.call.arguments": { id: "W1" },
    "gen_ai.tool.call.result": ["one"],
  });
});
