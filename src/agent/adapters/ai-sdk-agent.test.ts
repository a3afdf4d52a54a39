/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import { stepCountIs, tool, ToolLoopAgent } from "ai";
import { expect, test } from "vitest";
import { z } from "zod";
import { type Rule, replay, scripted } from "../../model/index.ts";
import type { AiSdkAgent } from "../define-agent.ts";
import { defineTool, type ToolOptions } from "../define-tool.ts";
import { openAiSdkSession } from "./ai-sdk-agent.ts";
import { converse, openContext } from "./open-context.test-kit.ts";

const rules: Rule[] = [
  {
    when: { user: "order (\\d+)", notCalledInTurn: "orders_get" },
    then: { call: { tool: "orders_get", arguments: { id: 7 } } },
  },
  { when: { lastFailed: true }, then: { say: "That failed." } },
  { when: { lastTool: "orders_get" }, then: { say: "It is {{result.orders_get.status}}." } },
];
const model = (id = "support") => scripted({ id, rules, fallback: { say: `I am ${id}.` } });

const input = z.object({ id: z.number() });
const ordersGet = (more: Partial<ToolOptions<{ id: number }, unknown>> = {}) =>
  defineTool({
    name: "orders_get",
    description: "an order",
    input,
    execute: async ({ id }) => ({ id, status: "sent" }),
    ...more,
  });

type Settings = ConstructorParameters<typeof ToolLoopAgent>[0];
const loop = (settings: Partial<Settings> = {}) =>
  new ToolLoopAgent({
    model: model(),
    tools: { orders_get: ordersGet() },
    ...settings,
  } as Settings) as unknown as AiSdkAgent;

const callsOfOneOrder = [
  "model.called",
  "model.returned",
  "tool.called",
  "tool.returned",
  "model.called",
  "model.returned",
];

test.each([
  { form: "an instance", agent: () => loop() },
  {
    form: "a function of the context",
    agent: () => (context: { seed: number }) => loop({ instructions: `seed ${context.seed}` }),
  },
  { form: "an async function", agent: () => async () => loop() },
])("$form: its model and tools cross the boundary, once each", async ({ agent }) => {
  const { context, events, of } = openContext();
  const session = await openAiSdkSession({ agent: agent(), context });
  expect(await converse(session, ["where is order 7?"])).toEqual(["It is sent."]);
  expect(events.map(({ type }) => type)).toEqual(callsOfOneOrder);
  expect(of("model.called")[0]).toMatchObject({
    model: "scripted/support",
    toolNames: ["orders_get"],
    witness: "runtime",
  });
  expect(of("tool.called")).toMatchObject([
    { tool: "orders_get", arguments: { id: 7 }, declaration: { risk: "read" } },
  ]);
  expect(of("tool.returned")).toMatchObject([{ result: { id: 7, status: "sent" } }]);
});

test("the agent as the user made it is left alone, and a conversation goes on", async () => {
  const given = loop();
  const { context, of } = openContext();
  const session = await openAiSdkSession({ agent: given, context });
  expect(await converse(session, ["where is order 7?", "who are you?"])).toEqual(["It is sent.", "I am support."]);
  expect(of("model.called").at(-1)).toMatchObject({ keptCount: 3, added: [{ role: "assistant" }, { role: "user" }] });
  const count = of("model.called").length;
  await given.generate({ prompt: "who are you?" } as never);
  expect(of("model.called").length).toBe(count);
});

test.each([
  { why: "returns the same settings", prepareCall: (settings: object) => settings, tools: ["orders_get"] },
  {
    why: "changes the instructions",
    prepareCall: (settings: object) => ({ ...settings, instructions: "be kind" }),
    tools: ["orders_get"],
  },
  {
    why: "adds a tool",
    prepareCall: (settings: { tools?: object }) => ({
      ...settings,
      tools: { ...settings.tools, extra: ordersGet({ name: "extra" }) },
    }),
    tools: ["orders_get", "extra"],
  },
])("a prepareCall that $why logs every call once", async ({ prepareCall, tools }) => {
  const { context, events, of } = openContext();
  const session = await openAiSdkSession({ agent: loop({ prepareCall: prepareCall as never }), context });
  expect(await converse(session, ["where is order 7?"])).toEqual(["It is sent."]);
  expect(events.map(({ type }) => type)).toEqual(callsOfOneOrder);
  expect(of("model.called")[0]?.toolNames).toEqual(tools);
});

test("a tool that prepareCall brings crosses the boundary", async () => {
  const { context, of } = openContext();
  const prepareCall = (settings: object) => ({
    ...settings,
    tools: { orders_get: ordersGet({ labels: () => ["internal"] }) },
  });
  const session = await openAiSdkSession({ agent: loop({ tools: {}, prepareCall: prepareCall as never }), context });
  expect(await converse(session, ["where is order 7?"])).toEqual(["It is sent."]);
  expect(of("tool.returned")).toMatchObject([{ labels: ["internal"] }]);
});

test.each([
  {
    why: "switches the model",
    prepareStep: () => ({ model: model("other") }),
    said: "I am other.",
    asked: ["scripted/other"],
  },
  {
    why: "gives its model back",
    prepareStep: (step: { model: unknown }) => ({ model: step.model }),
    said: "I am support.",
    asked: ["scripted/support"],
  },
  { why: "changes nothing", prepareStep: () => undefined, said: "I am support.", asked: ["scripted/support"] },
])(
  "a prepareStep that $why: the call is logged once, of the model that was asked",
  async ({ prepareStep, said, asked }) => {
    const { context, of } = openContext();
    const session = await openAiSdkSession({ agent: loop({ prepareStep: prepareStep as never }), context });
    expect(await converse(session, ["who are you?"])).toEqual([said]);
    expect(of("model.called").map((event) => event.model)).toEqual(asked);
  },
);

test("a recorded model stands in for every model of the agent", async () => {
  const { context, of } = openContext();
  const agent = loop({ prepareStep: () => ({ model: model("other") }) });
  const modelOverride = replay([{ role: "assistant", content: "as recorded" }]);
  const session = await openAiSdkSession({ agent, context, modelOverride });
  expect(await converse(session, ["who are you?"])).toEqual(["as recorded"]);
  expect(of("model.called").map((event) => event.model)).toEqual(["replay/recorded"]);
});

test.each([
  { decision: { decision: "approved", by: "ana" } as const, said: "It is sent.", ran: [{ id: 7 }] },
  { decision: { decision: "denied", by: "ana" } as const, said: "That failed.", ran: [] },
  { decision: { decision: "edited", by: "ana", arguments: { id: 8 } } as const, said: "It is sent.", ran: [{ id: 8 }] },
])("a tool that needs approval and is $decision.decision", async ({ decision, said, ran }) => {
  const got: unknown[] = [];
  const execute = (given: { id: number }) => (got.push(given), { status: "sent" });
  const { context, of } = openContext({ decision });
  const needing = ordersGet({ risk: "irreversible", needsApproval: ({ id }) => id > 5, execute });
  const session = await openAiSdkSession({ agent: loop({ tools: { orders_get: needing } }), context });
  expect(await converse(session, ["where is order 7?"])).toEqual([said]);
  expect(got).toEqual(ran);
  expect(of("approval.decided")).toMatchObject([{ ...decision, tool: "orders_get", witness: "person" }]);
  expect(of("tool.called").length).toBe(ran.length);
});

test("arguments below the bar need no approval", async () => {
  const { context, of } = openContext();
  const free = ordersGet({ needsApproval: ({ id }) => id > 50 });
  const session = await openAiSdkSession({ agent: loop({ tools: { orders_get: free } }), context });
  expect(await converse(session, ["where is order 7?"])).toEqual(["It is sent."]);
  expect(of("approval.requested")).toEqual([]);
});

test("plain AI SDK tools cross too; of a streaming one the last value counts", async () => {
  const streaming = tool({
    inputSchema: input,
    async *execute() {
      yield { status: "looking" };
      yield { status: "found" };
    },
  });
  const { context, of } = openContext();
  const session = await openAiSdkSession({ agent: loop({ tools: { orders_get: streaming } }), context });
  expect(await converse(session, ["where is order 7?"])).toEqual(["It is found."]);
  expect(of("tool.returned")).toMatchObject([{ result: { status: "found" } }]);
  expect(of("tool.called")[0]?.declaration).toBeUndefined();
});

test("a tool that throws is the agent's to handle; the log has its words", async () => {
  const { context, of } = openContext();
  const broken = ordersGet({
    execute: () => Promise.reject(Object.assign(new Error("shop is down"), { status: 503 })),
  });
  const session = await openAiSdkSession({ agent: loop({ tools: { orders_get: broken } }), context });
  expect(await converse(session, ["where is order 7?"])).toEqual(["That failed."]);
  expect(of("tool.returned")).toMatchObject([{ error: { message: "shop is down", status: 503 } }]);
});

test("an idempotency key and the call's id reach the tool, the same as in the log", async () => {
  const { context, of } = openContext();
  const seen: unknown[] = [];
  const telling = ordersGet({
    execute: (_given, { callId, idempotencyKey }) => (seen.push({ callId, idempotencyKey }), {}),
  });
  await converse(await openAiSdkSession({ agent: loop({ tools: { orders_get: telling } }), context }), ["order 7"]);
  const [called] = of("tool.called");
  expect(seen).toEqual([{ callId: called?.callId, idempotencyKey: called?.idempotencyKey }]);
});

test.each([{ status: 503 }, { status: 400 }])(
  "a model that fails with $status makes the turn fail, and the log says so",
  async ({ status }) => {
    const { context, of } = openContext();
    const failing = scripted({ id: "down", rules: [], fallback: { error: { status } } });
    const session = await openAiSdkSession({ agent: loop({ model: failing, maxRetries: 0 }), context });
    await expect(converse(session, ["hi"])).rejects.toThrow("scripted/down");
    expect(of("model.returned").at(-1)).toMatchObject({ error: { name: expect.stringContaining("model."), status } });
  },
);

test("steps end where the agent says, and the signal reaches the model", async () => {
  const { context } = openContext();
  const session = await openAiSdkSession({ agent: loop({ stopWhen: stepCountIs(1) }), context });
  expect(await converse(session, ["where is order 7?"])).toEqual([""]);
  await expect(converse(session, ["hi"], AbortSignal.abort(new Error("time is up")))).rejects.toThrow("time is up");
});

test.each([
  { why: "no agent at all", agent: {} },
  { why: "settings without a model", agent: { settings: {}, generate: () => undefined } },
  { why: "a function that returns none", agent: () => undefined },
  { why: "a function that answers", agent: async () => "hi" },
])("$why is a bad definition, and what it may have been meant as is named", async ({ agent }) => {
  const opening = openAiSdkSession({ agent: agent as never, context: openContext().context });
  const message = expect.stringContaining("a plain function that answers goes under `run:`");
  await expect(opening).rejects.toMatchObject({ code: "agent.bad_definition", message });
});
