import { expect, test } from "vitest";
import { type AegisError, fixedClock, type Json, seededRandom } from "../kernel/index.ts";
import type { Message, NewEvent, RunEvent, ToolRisk } from "../domain/index.ts";
import { openJournal } from "../log/index.ts";
import { Boundary } from "./boundary.ts";
import { defineTool, toolDetails } from "./define-tool.ts";

interface Outside {
  readonly calls: string[];
}

/** A world that counts what really reached it, and a boundary over a log that may hold an earlier attempt. */
function open(earlier: readonly RunEvent[], options: { crashAfter?: number; decision?: "approved" | "denied" } = {}) {
  const events: RunEvent[] = [...earlier];
  const append = async (event: NewEvent) => {
    if (options.crashAfter !== undefined && events.length >= options.crashAfter) throw new Crash();
    const stored = { ...event, seq: events.length } as RunEvent;
    events.push(stored);
    await Promise.resolve();
    return stored;
  };
  const boundary = new Boundary({
    append,
    clock: fixedClock(1_000),
    random: seededRandom(events.length + 1),
    runId: "run-1",
    costOf: () => 7,
    approve: async () => ({ decision: options.decision ?? "approved", by: "ana" }),
    ...(earlier.length > 0 && { journal: openJournal(earlier) }),
  });
  return { boundary, events };
}

class Crash extends Error {}

const outside: Outside = { calls: [] };

async function callTool(boundary: Boundary, tool: string, input: Json, risk: ToolRisk = "read") {
  const defined = defineTool({
    name: tool,
    description: tool,
    input: {} as never,
    risk,
    needsApproval: risk === "irreversible",
    execute: (given: unknown) => given,
  });
  const details = toolDetails(defined);
  return boundary.tool({
    tool,
    callId: `call-${tool}`,
    arguments: input,
    ...(details && { details }),
    execute: async (given) => {
      outside.calls.push(tool);
      return { got: given as Json };
    },
  });
}

async function askModel(boundary: Boundary, content: string): Promise<string> {
  return boundary.model({
    provider: "test",
    model: "m",
    prompt: [{ role: "user", content }],
    toolNames: [],
    execute: async () => {
      outside.calls.push(`model ${content}`);
      return `answer to ${content}`;
    },
    describe: (text) => ({ message: { role: "assistant", content: text }, usage: { inputTokens: 1, outputTokens: 1 } }),
    recall: (event) => event.message?.content ?? "",
  });
}

/** An agent with a model call, two tools at once, a tool with effects inside, an approval, a clock and a draw. */
async function program(boundary: Boundary): Promise<Json> {
  const first = await askModel(boundary, "start");
  const both = await Promise.all([callTool(boundary, "a", { n: 1 }), callTool(boundary, "b", { n: 2 })]);
  const details = toolDetails(defineTool({ name: "outer", description: "", input: {} as never, execute: () => null }));
  const nested = await boundary.tool({
    tool: "outer",
    callId: "outer",
    arguments: null,
    ...(details && { details }),
    execute: async () => ({ inner: await askModel(boundary, "inside") }),
  });
  const paid = await callTool(boundary, "pay", { amount: 5 }, "irreversible");
  const nowMs = await boundary.nowMs();
  const drawn = await boundary.draw();
  const last = await askModel(boundary, "end");
  return { first, both, nested, paid, nowMs, drawn, last } as Json;
}

test("a crash at any event, and a resumed run that observes every effect exactly once", async () => {
  const whole = open([]);
  const result = await program(whole.boundary);
  const types = whole.events.map((event) => event.type);
  for (let crashAfter = 1; crashAfter < whole.events.length; crashAfter += 1) {
    const crashed = open([], { crashAfter });
    await expect(program(crashed.boundary)).rejects.toThrow(Crash);
    const finished = new Set(crashed.events.flatMap((event) => (event.type === "tool.returned" ? [event.tool] : [])));
    outside.calls.length = 0;
    const resumed = open(crashed.events);
    // A payment in doubt is not made twice: it stops there, for a person.
    const payInDoubt =
      crashed.events.some((event) => event.type === "tool.called" && event.tool === "pay") && !finished.has("pay");
    const end = await program(resumed.boundary).catch((error: unknown) => error as AegisError);
    if (payInDoubt) {
      expect(end).toMatchObject({ code: "agent.uncertain" });
      expect(outside.calls).not.toContain("pay");
      continue;
    }
    const { drawn: _drawn, ...told } = end as Record<string, Json>;
    expect(result).toMatchObject(told);
    for (const tool of finished) expect(outside.calls).not.toContain(tool);
    expect(resumed.events.map((event) => event.type)).toEqual(expect.arrayContaining(types));
    expect(resumed.events.filter((event) => event.type === "tool.returned")).toHaveLength(4);
  }
});

test.each([
  { decision: "approved" as const, called: true },
  { decision: "denied" as const, called: false },
])("a tool that needs approval is $decision: called $called", async ({ decision, called }) => {
  const { boundary, events } = open([], { decision });
  outside.calls.length = 0;
  const end = await callTool(boundary, "pay", { amount: 5 }, "irreversible").catch((error: Error) => error.message);
  expect(outside.calls.includes("pay")).toBe(called);
  if (!called) expect(end).toBe("pay was not approved (decided by ana)");
  const decided = events.find((event) => event.type === "approval.decided");
  expect(decided).toMatchObject({ decision, by: "ana", tool: "pay", witness: "person" });
});

test("code that no longer makes the calls its log holds is told so, never guessed", async () => {
  const { boundary, events } = open([]);
  await callTool(boundary, "a", { n: 1 });
  const changed = open(events);
  await expect(callTool(changed.boundary, "a", { n: 2 })).rejects.toMatchObject({ code: "log.journal_mismatch" });
});

test("a prompt is logged as what was added to the one before", async () => {
  const { boundary, events } = open([]);
  const prompt: Message[] = [{ role: "system", content: "be kind" }];
  const ask = (messages: Message[]) =>
    boundary.model({
      provider: "test",
      model: "m",
      prompt: messages,
      toolNames: ["a"],
      execute: async () => "ok",
      describe: () => ({}),
      recall: () => "ok",
    });
  await ask(prompt);
  await ask([...prompt, { role: "system", content: "and brief" }]);
  const called = events.filter((event) => event.type === "model.called");
  expect(called).toMatchObject([
    { keptCount: 0, added: [{ content: "be kind" }] },
    { keptCount: 1, added: [{ content: "and brief" }] },
  ]);
});

test.each([
  { why: "whose sources cannot be told", output: {}, sources: () => JSON.parse("{") as never },
  { why: "whose result is larger than an event may be", output: "x".repeat(5_000_000), sources: undefined },
])("a tool $why has failed, and the log says so", async ({ output, sources }) => {
  const { boundary, events } = open([]);
  const options = { name: "t", description: "", input: {} as never, execute: () => output };
  const details = toolDetails(defineTool({ ...options, ...(sources && { sources }) }));
  const call = boundary.tool({
    tool: "t",
    callId: "c",
    arguments: null,
    ...(details && { details }),
    execute: () => output,
  });
  await expect(call).rejects.toThrow(Error);
  expect(events.map((event) => event.type)).toEqual(["tool.called", "tool.returned"]);
  expect(events[1]).toHaveProperty("error.message");
});

test.each<{ risk: ToolRisk; handedOver: string[]; made: string[] }>([
  { risk: "read", handedOver: ["tool.called", "tool.returned"], made: ["t"] },
  { risk: "write", handedOver: ["tool.called"], made: [] },
])("while the log is still writing, a $risk tool is called $made", async ({ risk, handedOver, made }) => {
  const handed: string[] = [];
  const durable = Promise.withResolvers<void>();
  const boundary = new Boundary({
    append: async (event) => {
      handed.push(event.type);
      await durable.promise;
    },
    clock: fixedClock(1_000),
    random: seededRandom(1),
    runId: "run-1",
    costOf: () => 7,
    approve: async () => ({ decision: "approved", by: "ana" }),
  });
  outside.calls.length = 0;
  let isShown = false;
  const answer = callTool(boundary, "t", 1, risk).finally(() => (isShown = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect({ handed, made: outside.calls, isShown }).toEqual({ handed: handedOver, made, isShown: false });
  durable.resolve();
  expect(await answer).toEqual({ got: 1 });
  expect(handed).toEqual(["tool.called", "tool.returned"]);
});

test.each<{ what: string; wait: (boundary: Boundary) => Promise<unknown>; returned: string }>([
  { what: "a sleep", wait: (boundary) => boundary.sleep(60_000), returned: "sleep.returned" },
  {
    what: "a request for approval",
    wait: (boundary) => callTool(boundary, "pay", { amount: 5 }, "irreversible"),
    returned: "approval.decided",
  },
])(
  "$what that is cancelled has failed, the first time and when it is told from the log",
  async ({ wait, returned }) => {
    const cancel = new AbortController();
    const events: RunEvent[] = [];
    const boundaryOver = (earlier: readonly RunEvent[]) =>
      new Boundary({
        append: async (event) => {
          const stored = { ...event, seq: events.length } as RunEvent;
          events.push(stored);
          return stored;
        },
        clock: fixedClock(1_000),
        random: seededRandom(1),
        runId: "run-1",
        costOf: () => 7,
        approve: () =>
          new Promise((_resolve, reject) => {
            cancel.signal.addEventListener("abort", () => reject(cancel.signal.reason));
          }),
        signal: cancel.signal,
        journal: openJournal(earlier),
      });
    const first = wait(boundaryOver([]));
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    cancel.abort(new Error("cancelled by ada"));
    await expect(first).rejects.toThrow("cancelled by ada");
    expect(events.at(-1)).toMatchObject({ type: returned, error: { message: "cancelled by ada" } });
    await expect(wait(boundaryOver(events))).rejects.toThrow("cancelled by ada");
  },
);

test.each([
  { isLogged: false, appended: ["doubt.settled", "tool.called", "tool.returned"] },
  { isLogged: true, appended: ["tool.called", "tool.returned"] },
])("what a person said of a call in doubt is logged once: logged before $isLogged", async ({ isLogged, appended }) => {
  const before = open([]);
  await callTool(before.boundary, "change", 1, "write");
  const crashed = before.events.slice(0, 1);
  const types: string[] = [];
  let seq = crashed.length;
  const boundary = new Boundary({
    append: async (event) => {
      types.push(event.type);
      return { ...event, seq: seq++ } as RunEvent;
    },
    clock: fixedClock(1_000),
    random: seededRandom(1),
    runId: "run-1",
    costOf: () => 7,
    approve: async () => ({ decision: "approved", by: "ana" }),
    journal: openJournal(crashed),
    hold: {
      onIdle: () => {},
      onBroken: () => {},
      settleDoubt: async () => ({ decision: "repeat", by: "ana", isLogged }),
      takeMessages: () => [],
      recordedMessages: () => [],
    },
  });
  expect(await callTool(boundary, "change", 1, "write")).toEqual({ got: 1 });
  expect(types).toEqual(appended);
});
