import { afterEach, expect, test } from "vitest";
import type { AgentOptions } from "../agent/index.ts";
import { defineTool, toolDetails } from "../agent/index.ts";
import type { AgentContext } from "../agent/agent-context.ts";
import type { RunEvent } from "../domain/index.ts";
import { prompts } from "../log/index.ts";
import type { Store } from "../store/index.ts";
import { eventsOf, openPlace, until } from "../testing/open-place.ts";
import { z } from "zod";

const places: ReturnType<typeof openPlace>[] = [];
const newPlace = () => {
  const place = openPlace();
  places.push(place);
  return place;
};
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

const approved = defineTool({
  name: "approved",
  description: "asks first",
  input: z.object({ what: z.string() }),
  needsApproval: true,
  execute: ({ what }) => what,
});
const once = {
  name: "once",
  description: "may not be repeated",
  input: z.object({ what: z.string() }),
  risk: "irreversible" as const,
};
const repeatable = defineTool({
  name: "repeatable",
  description: "may be repeated",
  input: z.object({ what: z.string() }),
  execute: ({ what }) => what,
});

/** Calls a tool from a function agent. */
async function use(
  context: AgentContext,
  tool: typeof approved,
  { what, execute = () => what }: { what: string; execute?: () => unknown },
) {
  const details = toolDetails(tool);
  const call = { tool: details?.declaration.name ?? "", callId: what, arguments: { what }, execute };
  return context.boundary.tool({ ...call, ...(details && { details }) });
}

async function say({ boundary }: AgentContext, content: string): Promise<string> {
  return boundary.model<string>({
    provider: "test",
    model: "says",
    prompt: [{ role: "user", content }],
    toolNames: [],
    execute: () => Promise.resolve(content),
    describe: () => ({ message: { role: "assistant", content }, finishReason: "stop" }),
    recall: ({ message }) => message?.content ?? "",
  });
}

const start = async ({ runtime }: Awaited<ReturnType<ReturnType<typeof openPlace>["open"]>>, agent: string) => {
  const session = await runtime.createSession({ agent, ownerId: "ada" });
  return (await runtime.startRun({ sessionId: session.id, message: "go", by: "ada" })).run;
};

/** Gives each approval that the run asks for, every time in a process that knows the run from its log alone. */
async function approveAll(agent: AgentOptions): Promise<readonly RunEvent[]> {
  const place = newPlace();
  let { runtime, store } = await place.open([agent]);
  const run = await start({ runtime, store }, agent.name);
  for (;;) {
    const { status, pausedOn } = await until(
      runtime,
      run,
      (each) => each.status === "paused" || each.status === "ended",
    );
    expect(pausedOn).not.toBe("version");
    if (status === "ended") return eventsOf(runtime, run);
    await runtime.close();
    ({ runtime, store } = await place.open([agent]));
    for (const { effect } of await runtime.pendingDecisions(run.id)) {
      await runtime.signal(run.id, { by: "eve", body: { kind: "approval", effect, decision: "approved" } });
    }
    await until(runtime, run, ({ attempt }) => attempt > 1);
  }
}

test("branches whose answers became durable together are replayed as they went", async () => {
  const agent: AgentOptions = {
    name: "branches",
    version: "1",
    async run({ context }) {
      // A branch that takes longer to its next effect than the one after it.
      const slow = async () => {
        await context.userMemory?.write("slow", 1);
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
        return use(context, repeatable, { what: "slow" });
      };
      const quick = async () => {
        await context.userMemory?.write("quick", 1);
        return use(context, repeatable, { what: "quick" });
      };
      const both = await Promise.all([slow(), quick()]);
      return `${both.join()} ${String(await use(context, approved, { what: "end" }))}`;
    },
  };
  expect((await approveAll(agent)).at(-2)).toMatchObject({ content: "slow,quick end" });
});

test("a prompt after a restart is told whole, though the call before it is answered from inside another", async () => {
  const agent: AgentOptions = {
    name: "nested",
    version: "1",
    async run({ context }) {
      await say(context, "first");
      await use(context, repeatable, { what: "outer", execute: () => say(context, "inside") });
      await use(context, approved, { what: "one" });
      const words = await say(context, "first");
      return `${words} ${String(await use(context, approved, { what: "two" }))}`;
    },
  };
  const events = await approveAll(agent);
  expect(events.at(-2)).toMatchObject({ content: "first two" });
  expect(prompts(events).map(({ messages }) => messages[0])).toMatchObject(
    ["first", "inside", "first"].map((content) => ({ content })),
  );
});

test("a run is not put down for what waits in one branch while another is still being replayed", async () => {
  const inThird = Promise.withResolvers<void>();
  let goes = 0;
  const agent: AgentOptions = {
    name: "busy",
    version: "1",
    async run({ context }) {
      const isFirst = (goes += 1) === 1;
      const waiting = use(context, approved, { what: "wait" });
      const working = async () => {
        for (const what of ["a", "b", "c", "d", "e", "f"]) await use(context, repeatable, { what });
        const execute = () => {
          inThird.resolve();
          return isFirst ? new Promise(() => {}) : "done";
        };
        return use(context, repeatable, { what: "last", execute });
      };
      return (await Promise.all([waiting, working()])).join();
    },
  };
  const place = newPlace();
  const before = await place.open([agent]);
  const run = await start(before, "busy");
  await inThird.promise;
  await before.runtime.close();
  const { runtime } = await place.open([agent]);
  await until(runtime, run, ({ status }) => status === "paused");
  const [asked] = await runtime.pendingDecisions(run.id);
  const body = { kind: "approval" as const, effect: asked?.effect ?? -1, decision: "approved" as const };
  await runtime.signal(run.id, { by: "eve", body });
  const events = await eventsOf(runtime, run);
  expect(events.at(-2)).toMatchObject({ content: "wait,done" });
  const firstPause = events.findIndex(({ type }) => type === "run.paused");
  const lastReturned = events.findIndex((event) => event.type === "tool.returned" && event.callId === "last");
  expect(lastReturned).toBeLessThan(firstPause);
});

test("what a run made of its session's state is kept when its end was written and nobody got to say so", async () => {
  const counter: AgentOptions = {
    name: "counter",
    version: "1",
    run: ({ context: { state } }) => {
      state["count"] = Number(state["count"] ?? 0) + 1;
      state["seen"] = { list: [1, 2] };
      return `${state["count"]}`;
    },
  };
  const place = newPlace();
  const store = await place.openStore();
  let failures = 0;
  const endRun: Store["endRun"] = async (end) => {
    if ((failures += 1) === 1) throw new Error("the process dies here");
    return store.endRun(end);
  };
  const failing = new Proxy(store, {
    get(target, name) {
      if (name === "endRun") return endRun;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
  const { runtime } = await place.open([counter], { store: failing });
  const run = await start({ runtime, store }, "counter");
  await until(runtime, run, ({ status }) => status === "ended");
  expect(failures).toBe(2);
  expect((await runtime.session(run.sessionId)).state).toEqual({ count: 1, seen: { list: [1, 2] } });
});

test("a cancelled run ends, also when its agent goes on from the cancel to what its log does not hold", async () => {
  const inDoubt = defineTool({ ...once, execute: () => new Promise<string>(() => {}) });
  const agent: AgentOptions = {
    name: "stubborn",
    version: "1",
    async run({ context }) {
      const first = async () => {
        await use(context, inDoubt, { what: "doubt", execute: () => new Promise(() => {}) }).catch(() => undefined);
        await context.boundary.sleep(1);
      };
      const second = async () => {
        await use(context, repeatable, { what: "one" });
        await use(context, repeatable, { what: "two" });
      };
      await Promise.all([first(), second()]);
      return "over";
    },
  };
  const place = newPlace();
  const before = await place.open([agent]);
  const run = await start(before, "stubborn");
  const isReturned = (event: RunEvent) => event.type === "tool.returned";
  while ((await before.store.read(run.id, { limit: 100 })).filter(isReturned).length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await before.runtime.close();
  const { runtime } = await place.open([agent]);
  await until(runtime, run, ({ pausedOn }) => pausedOn === "doubt");
  await runtime.signal(run.id, { by: "ada", body: { kind: "cancel" } });
  await until(runtime, run, ({ status, pausedOn }) => status === "ended" || pausedOn === "version");
  expect(await runtime.run(run.id)).toMatchObject({ status: "ended", outcome: "cancelled" });
});

test("a paused run whose version hands over is taken up by the next version at once", async () => {
  const agent = (version: string): AgentOptions => ({
    name: "approving",
    version,
    run: async ({ context }) => String(await use(context, approved, { what: "done" })),
  });
  const place = newPlace();
  const before = await place.open([agent("1")]);
  const run = await start(before, "approving");
  await until(before.runtime, run, ({ status }) => status === "paused");
  const { runtime } = await place.open([agent("2")]);
  await before.runtime.drain(0);
  await runtime.signal(run.id, { by: "eve", body: { kind: "approval", effect: 0, decision: "approved" } });
  expect((await eventsOf(runtime, run)).at(-2)).toMatchObject({ content: "done" });
});
