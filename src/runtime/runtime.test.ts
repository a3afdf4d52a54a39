/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import { jsonSchema, ToolLoopAgent } from "ai";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { type AgentOptions, defineTool, type ToolOptions } from "../agent/index.ts";
import type { RunEvent } from "../domain/index.ts";
import type { Json } from "../kernel/index.ts";
import { type Script, scripted } from "../model/index.ts";
import { eventsOf, openPlace, until } from "../testing/open-place.ts";

const places: ReturnType<typeof openPlace>[] = [];
const newPlace = () => {
  const place = openPlace();
  places.push(place);
  return place;
};
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

const echo: AgentOptions = {
  name: "echo",
  version: "1",
  run: ({ message, messages }) => `${messages.length}: ${message}`,
};

const typesOf = (events: readonly RunEvent[]) => events.map(({ type }) => type);
const only = <Type extends RunEvent["type"]>(events: readonly RunEvent[], type: Type) =>
  events.filter((event): event is RunEvent<Type> & RunEvent => event.type === type);

/** An AI SDK agent with one tool, that calls it once and says what came back. */
function oneTool(more: Partial<ToolOptions<{ cents: number }, unknown>>, version = "1"): AgentOptions {
  const script: Script = {
    id: "one-tool",
    rules: [
      { when: { lastTool: "refund" }, then: { say: "Result: {{lastResult}}" } },
      { when: { user: "(\\d+)" }, then: { call: { tool: "refund", arguments: { cents: 5 } } } },
    ],
    fallback: { say: "How much?" },
  };
  const refund = defineTool({
    name: "refund",
    description: "pays back",
    input: z.object({ cents: z.number() }),
    risk: "irreversible",
    execute: () => "paid",
    ...more,
  });
  return {
    name: "refunder",
    version,
    agent: () => new ToolLoopAgent({ model: scripted(script), tools: { refund } }),
  };
}

test("a session answers message after message, each a run, and remembers what was said", async () => {
  const { runtime } = await newPlace().open([echo]);
  const session = await runtime.createSession({ agent: "echo", ownerId: "ada" });
  const first = await runtime.startRun({ sessionId: session.id, message: "hello", by: "ada" });
  const second = await runtime.startRun({ sessionId: session.id, message: "again", by: "ada" });
  expect(typesOf(await eventsOf(runtime, first.run))).toEqual([
    "run.started",
    "message.received",
    "message.sent",
    "run.ended",
  ]);
  expect((await eventsOf(runtime, second.run)).at(-2)).toMatchObject({ type: "message.sent", content: "3: again" });
  expect(await runtime.conversation(session.id)).toEqual([
    { role: "user", content: "hello" },
    { role: "assistant", content: "1: hello" },
    { role: "user", content: "again" },
    { role: "assistant", content: "3: again" },
  ]);
});

test.each([
  { decision: { decision: "approved" as const }, executed: [5], says: "paid" },
  { decision: { decision: "edited" as const, arguments: { cents: 3 } }, executed: [3], says: "paid" },
  { decision: { decision: "denied" as const }, executed: [], says: "not approved (decided by eve)" },
])("a run waits for approval through a total restart, then goes on: $decision.decision", async (row) => {
  const executed: number[] = [];
  const agent = oneTool({
    needsApproval: true,
    execute: ({ cents }) => {
      executed.push(cents);
      return "paid";
    },
  });
  const place = newPlace();
  const before = await place.open([agent]);
  const session = await before.runtime.createSession({ agent: "refunder", ownerId: "ada" });
  const { run } = await before.runtime.startRun({ sessionId: session.id, message: "refund 5", by: "ada" });
  await until(before.runtime, run, ({ status }) => status === "paused");
  while (before.runtime.activeCount > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  await before.runtime.close();

  const { runtime } = await place.open([agent]);
  const [asked] = await runtime.pendingDecisions(run.id);
  expect(asked).toMatchObject({ kind: "approval", tool: "refund", arguments: { cents: 5 } });
  const body = { kind: "approval" as const, effect: asked?.effect ?? -1, ...row.decision };
  await runtime.signal(run.id, { by: "eve", body });
  await expect(runtime.signal(run.id, { by: "mallory", body })).rejects.toMatchObject({
    code: expect.stringMatching(/^run\.(already_decided|ended)$/),
  });
  const events = await eventsOf(runtime, run);
  expect(only(events, "approval.decided")).toMatchObject([
    { decision: row.decision.decision, by: "eve", witness: "person" },
  ]);
  expect(only(events, "approval.requested")).toHaveLength(1);
  expect(events.at(-2)).toMatchObject({ type: "message.sent", content: expect.stringContaining(row.says) });
  expect(executed).toEqual(row.executed);
  expect(await runtime.pendingDecisions(run.id)).toEqual([]);
});

/** A run that waits for a person to approve its refund. */
async function pausedRefund(more: Parameters<typeof oneTool>[0]) {
  const place = newPlace();
  const { runtime, store } = await place.open([oneTool({ needsApproval: true, ...more })]);
  const session = await runtime.createSession({ agent: "refunder", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "refund 5", by: "ada" });
  await until(runtime, run, ({ status }) => status === "paused");
  const [asked] = await runtime.pendingDecisions(run.id);
  const edit = (given: Json) =>
    runtime.signal(run.id, {
      by: "eve",
      body: { kind: "approval", effect: asked?.effect ?? -1, decision: "edited", arguments: given },
    });
  return { runtime, store, run, edit };
}

test.each<{ why: string; given: Json; says: RegExp }>([
  { why: "of the wrong type", given: { cents: "3" }, says: /refund: cents: expected a number, got "3"/ },
  { why: "missing", given: { sents: 5 }, says: /refund: cents is missing/ },
  { why: "no object", given: null, says: /refund: expected an object with cents, got null/ },
])("edited arguments that are $why are refused at once, and right ones go on", async ({ given, says }) => {
  const executed: number[] = [];
  const { runtime, store, run, edit } = await pausedRefund({ execute: ({ cents }) => executed.push(cents) });
  await expect(edit(given)).rejects.toMatchObject({ code: "run.bad_arguments", message: expect.stringMatching(says) });
  expect(await store.listSignals(run.id)).toEqual([]);
  expect(await runtime.run(run.id)).toMatchObject({ status: "paused", attempt: 1 });
  await edit({ cents: 3, note: "what the tool would leave out" });
  expect((await eventsOf(runtime, run)).at(-1)).toMatchObject({ type: "run.ended", outcome: "answered" });
  expect(executed).toEqual([3]);
});

const onlyFiveCents = (value: unknown) => {
  const read = z.object({ cents: z.literal(5, "only five cents") }).safeParse(value);
  return read.success ? { success: true as const, value: read.data } : { success: false as const, error: read.error };
};
test.each<{ why: string; input: ToolOptions<{ cents: number }, unknown>["input"]; given: Json; says: RegExp }>([
  {
    why: "JSON Schema cannot say it",
    input: z.object({ cents: z.number() }).refine((asked) => asked.cents < 10, "at most ten cents"),
    given: { cents: 50 },
    says: /that eve gave do not fit its input.*at most ten cents/s,
  },
  {
    why: "the request does not say what fits, as in older logs",
    input: jsonSchema(async () => ({ type: "object" as const }), { validate: onlyFiveCents }),
    given: { sents: 5 },
    says: /that eve gave do not fit its input.*five cents/s,
  },
  {
    why: "the schema says what is not read here",
    input: jsonSchema({ if: {}, then: {} }, { validate: onlyFiveCents }),
    given: { cents: 3 },
    says: /that eve gave do not fit its input.*five cents/s,
  },
])("the tool itself judges edited arguments before it runs: $why", async ({ input, given, says }) => {
  let isRun = false;
  const { runtime, run, edit } = await pausedRefund({ input, execute: () => (isRun = true) });
  await edit(given);
  const events = await eventsOf(runtime, run);
  expect(events.at(-2)).toMatchObject({ content: expect.stringMatching(says) });
  expect(only(events, "tool.called")).toEqual([]);
  expect(isRun).toBe(false);
});

test("a cancel reaches the tool at work, and the run ends", async () => {
  let aborted = false;
  const started = Promise.withResolvers<void>();
  const agent = oneTool({
    execute: (_input, { signal }) => {
      started.resolve();
      return new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          aborted = true;
          reject(signal.reason);
        });
      });
    },
  });
  const { runtime } = await newPlace().open([agent]);
  const session = await runtime.createSession({ agent: "refunder", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "refund 5", by: "ada" });
  await started.promise;
  await runtime.signal(run.id, { by: "ada", body: { kind: "cancel" } });
  expect((await eventsOf(runtime, run)).at(-1)).toMatchObject({ type: "run.ended", outcome: "cancelled" });
  expect(aborted).toBe(true);
  await until(runtime, run, ({ status }) => status === "ended");
  await expect(runtime.signal(run.id, { by: "ada", body: { kind: "cancel" } })).rejects.toMatchObject({
    code: "run.ended",
  });
  const next = await runtime.startRun({ sessionId: session.id, message: "hello", by: "ada" });
  expect((await eventsOf(runtime, next.run)).at(-2)).toMatchObject({ content: "How much?" });
});

/** An agent whose turn lasts until it is told to go on. */
function gated() {
  const gates: PromiseWithResolvers<void>[] = [];
  const agent: AgentOptions = {
    name: "gated",
    version: "1",
    run: async ({ message, signal }) => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      signal.addEventListener("abort", () => gate.reject(signal.reason));
      await gate.promise;
      return `did ${message}`;
    },
  };
  const open = async (index: number) => {
    while (gates.length <= index) await new Promise((resolve) => setTimeout(resolve, 2));
    gates[index]?.resolve();
  };
  return { agent, gates, open };
}

test("messages queue in order, one run at a time; an interrupt cancels what is under way and what waits", async () => {
  const { agent, gates, open } = gated();
  const { runtime } = await newPlace().open([agent]);
  const session = await runtime.createSession({ agent: "gated", ownerId: "ada" });
  const start = (message: string, whenBusy?: "interrupt") =>
    runtime.startRun({ sessionId: session.id, message, by: "ada", ...(whenBusy && { whenBusy }) });
  const [one, two, three] = [await start("one"), await start("two"), await start("three")];
  await open(0);
  await eventsOf(runtime, one.run);
  await until(runtime, two.run, ({ status }) => status === "running");
  expect((await runtime.run(three.run.id)).status).toBe("queued");
  expect(gates.length).toBeLessThanOrEqual(2);
  const four = await start("four", "interrupt");
  await open(2);
  const outcomes = await Promise.all(
    [one, two, three, four].map(async ({ run }) => (await eventsOf(runtime, run)).at(-1)),
  );
  expect(outcomes.map((event) => event?.type === "run.ended" && event.outcome)).toEqual([
    "answered",
    "cancelled",
    "cancelled",
    "answered",
  ]);
});

test("a message that steers is taken in before the next model call, and is never lost", async () => {
  const inTool = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const agent = oneTool({
    execute: async () => {
      inTool.resolve();
      await goOn.promise;
      return "paid";
    },
  });
  const { runtime } = await newPlace().open([agent]);
  const session = await runtime.createSession({ agent: "refunder", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "refund 5", by: "ada" });
  await inTool.promise;
  const steered = await runtime.startRun({ sessionId: session.id, message: "in cash", whenBusy: "steer", by: "ada" });
  expect(steered).toMatchObject({ how: "steered", run: { id: run.id } });
  goOn.resolve();
  const events = await eventsOf(runtime, run);
  expect(only(events, "message.received").map(({ content }) => content)).toEqual(["refund 5", "in cash"]);
  expect(JSON.stringify(only(events, "model.called").at(-1)?.added)).toContain("in cash");
  const late = await runtime.startRun({ sessionId: session.id, message: "bye", whenBusy: "steer", by: "ada" });
  expect(late.how).toBe("started");
  await eventsOf(runtime, late.run);
});

test.each([
  { why: "it is idempotent", tool: { idempotent: true }, calls: 2 },
  { why: "its reconcile says that it did not happen", tool: { reconcile: async () => undefined }, calls: 2 },
  { why: "its reconcile knows what became of it", tool: { reconcile: async () => "found" }, calls: 1 },
])("a tool call in doubt after a crash is settled without a person: $why", async ({ tool, calls }) => {
  const keys: string[] = [];
  const inTool = Promise.withResolvers<void>();
  const never = new Promise<string>(() => {});
  const agent = oneTool({
    ...tool,
    execute: (_input, { idempotencyKey }) => {
      keys.push(idempotencyKey);
      inTool.resolve();
      return keys.length === 1 ? never : "paid";
    },
  });
  const place = newPlace();
  const before = await place.open([agent]);
  const session = await before.runtime.createSession({ agent: "refunder", ownerId: "ada" });
  const { run } = await before.runtime.startRun({ sessionId: session.id, message: "refund 5", by: "ada" });
  await inTool.promise;
  expect(await before.runtime.drain(0)).toBe(1);
  await before.runtime.close();
  const { runtime } = await place.open([agent]);
  const events = await eventsOf(runtime, run);
  expect(keys).toHaveLength(calls);
  expect(new Set(keys).size).toBe(1);
  expect(only(events, "run.resumed")).toMatchObject([{ attempt: 2, because: "crash" }]);
  expect(events.at(-2)).toMatchObject({ content: calls === 1 ? "Result: found" : "Result: paid" });
});

test.each([
  { decision: { decision: "happened" as const, result: "was paid" }, calls: 1, says: "Result: was paid" },
  { decision: { decision: "repeat" as const }, calls: 2, says: "Result: paid" },
  { decision: { decision: "failed" as const }, calls: 1, says: "decided by eve" },
])("a tool call in doubt that nobody else can settle waits for a person: $decision.decision", async (row) => {
  let calls = 0;
  const inTool = Promise.withResolvers<void>();
  const agent = oneTool({
    execute: () => {
      calls += 1;
      inTool.resolve();
      return calls === 1 ? new Promise<string>(() => {}) : "paid";
    },
  });
  const place = newPlace();
  const before = await place.open([agent]);
  const session = await before.runtime.createSession({ agent: "refunder", ownerId: "ada" });
  const { run } = await before.runtime.startRun({ sessionId: session.id, message: "refund 5", by: "ada" });
  await inTool.promise;
  await before.runtime.close();
  const { runtime } = await place.open([agent]);
  await until(runtime, run, ({ status, pausedOn }) => status === "paused" && pausedOn === "doubt");
  const [asked] = await runtime.pendingDecisions(run.id);
  expect(asked).toMatchObject({ kind: "doubt", tool: "refund", attempt: 1 });
  await runtime.signal(run.id, { by: "eve", body: { kind: "doubt", effect: asked?.effect ?? -1, ...row.decision } });
  const events = await eventsOf(runtime, run);
  expect(calls).toBe(row.calls);
  expect(only(events, "tool.called")).toHaveLength(row.calls);
  expect(only(events, "doubt.settled")).toMatchObject([{ by: "eve", decision: row.decision.decision }]);
  expect(events.at(-2)).toMatchObject({ content: expect.stringContaining(row.says) });
});

test("a long sleep holds no process, and wakes by itself, also after a restart", async () => {
  const sleeper: AgentOptions = {
    name: "sleeper",
    version: "1",
    run: async ({ context }) => {
      const { boundary } = context;
      const before = await boundary.nowMs();
      await boundary.sleep(400);
      return String((await boundary.nowMs()) - before >= 400);
    },
  };
  const place = newPlace();
  const before = await place.open([sleeper], { holdMs: 10 });
  const session = await before.runtime.createSession({ agent: "sleeper", ownerId: "ada" });
  const { run } = await before.runtime.startRun({ sessionId: session.id, message: "sleep", by: "ada" });
  const paused = await until(before.runtime, run, ({ status }) => status === "paused");
  expect(paused).toMatchObject({ pausedOn: "sleep", wakeAtMs: expect.any(Number) });
  await before.runtime.close();
  const { runtime } = await place.open([sleeper], { holdMs: 10 });
  const events = await eventsOf(runtime, run);
  expect(events.at(-2)).toMatchObject({ content: "true" });
  expect(only(events, "run.resumed")).toMatchObject([{ because: "timer" }]);
  expect(only(events, "sleep.called")).toHaveLength(1);
});
