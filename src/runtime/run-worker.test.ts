import { afterEach, expect, test } from "vitest";
import { type AgentOptions, defineTool, toolDetails } from "../agent/index.ts";
import type { Store } from "../store/index.ts";
import { eventsOf, openPlace, runtimeOptions, until } from "../testing/open-place.ts";
import { z } from "zod";
import { RunWorker } from "./run-worker.ts";

const places: ReturnType<typeof openPlace>[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

const asking = toolDetails(
  defineTool({ name: "ask", description: "asks first", input: z.object({}), needsApproval: true, execute: () => "" }),
);
const agent: AgentOptions = {
  name: "asker",
  version: "1",
  async run({ context, message }) {
    if (message !== "ask" || asking === undefined) return `did ${message}`;
    const call = { tool: "ask", callId: "ask", arguments: {}, details: asking, execute: () => "asked" };
    return String(await context.boundary.tool(call));
  },
};

/** A runtime, and what happens in another process just before one step of its store. */
async function openAsker(step?: "claimRun" | "pauseRun" | "endRun", before?: (store: Store) => Promise<unknown>) {
  const place = openPlace();
  places.push(place);
  const own = await place.openStore();
  let isLeft = step !== undefined;
  const store = new Proxy(own, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      const bound = member.bind(target) as (...asked: readonly unknown[]) => unknown;
      if (name !== step) return bound;
      return async (...asked: readonly unknown[]) => {
        if (isLeft) {
          isLeft = false;
          await before?.(own);
        }
        return bound(...asked);
      };
    },
  });
  const { runtime } = await place.open([agent], { store });
  const session = await runtime.createSession({ agent: "asker", ownerId: "ada" });
  const start = async (message: string) => (await runtime.startRun({ sessionId: session.id, message, by: "ada" })).run;
  return { runtime, own, start };
}

const anyRun = async (store: Store) => {
  const [run] = await store.listRuns({ limit: 1 });
  if (run === undefined) throw new Error("There is a run");
  return run;
};
const said = { id: "said", atMs: 1, by: "eve" };

test("a decision that comes while the run is being put down is not slept through", async () => {
  const { runtime, start } = await openAsker("pauseRun", async (store) => {
    const body = { kind: "approval" as const, effect: 0, decision: "approved" as const };
    return store.addSignal({ ...said, runId: (await anyRun(store)).id, body });
  });
  const events = await eventsOf(runtime, await start("ask"));
  expect(events.map(({ type }) => type)).toContain("run.paused");
  expect(events.at(-2)).toMatchObject({ content: "asked" });
});

test("a message that comes while the run is ending becomes a run of its own", async () => {
  const { runtime, own, start } = await openAsker("endRun", async (store) => {
    const body = { kind: "message" as const, content: "late" };
    return store.addSignal({ ...said, runId: (await anyRun(store)).id, body });
  });
  const run = await start("first");
  await until(runtime, run, ({ status }) => status === "ended");
  const runs = await own.listSessionRuns(run.sessionId, { limit: 10 });
  expect(runs.map(({ input }) => input.message)).toEqual(["first", "late"]);
});

test("of two that take over from a lost worker one gets the run", async () => {
  const { own, start } = await openAsker();
  const { id } = await start("ask");
  await expect.poll(async () => (await own.findRun(id))?.status).toBe("paused");
  await own.claimRun({ id, workerId: "lost", from: ["paused"], atMs: 1 });
  const claimRun: Store["claimRun"] = async (claim) => {
    await own.claimRun({ ...claim, workerId: "faster", heldBy: "lost" });
    return own.claimRun(claim);
  };
  const store = new Proxy(own, {
    get(target, name) {
      const member: unknown = name === "claimRun" ? claimRun : Reflect.get(target, name);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
  const slower = new RunWorker({ ...runtimeOptions([agent], { store }), workerId: "slower" });
  expect(await slower.perform(id)).toMatchObject({ kind: "not-taken" });
  expect(await own.findRun(id)).toMatchObject({ workerId: "faster" });
});

test("behind a run comes the session's next one, in the order in which they were accepted", async () => {
  const place = openPlace();
  places.push(place);
  const idle = { activeCount: 0, dispatch: async () => {}, drain: async () => 0, close: async () => {} };
  const { runtime, store } = await place.open([agent], { openDispatcher: () => async () => idle });
  const session = await runtime.createSession({ agent: "asker", ownerId: "ada" });
  const ids: string[] = [];
  for (const message of ["one", "two", "three"]) {
    ids.push((await runtime.startRun({ sessionId: session.id, message, by: "ada" })).run.id);
  }
  const worker = new RunWorker({ ...runtimeOptions([agent], { store }), workerId: "worker" });
  const first = await runtime.run(ids[0] ?? "");
  expect(await worker.perform(first.id)).toMatchObject({ kind: "ended", next: { id: ids[1] } });
});
