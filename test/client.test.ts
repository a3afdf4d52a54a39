import { afterEach, expect, test } from "vitest";
import { connect, type PublicRunEvent, type TextUpdate } from "../src/client/index.ts";
import { seededRandom } from "../src/kernel/index.ts";
import { openCuttable } from "./cuttable.ts";
import { refundAgent, STORY } from "./refund-agent.ts";
import { echo, openServed } from "./server-kit.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const CUTS = 200;

test("a run's events come once and in order over 200 connections cut anywhere", async () => {
  const { agent } = refundAgent();
  const served = await serve({ agents: [agent] });
  const random = seededRandom(7);
  let cutCount = 0;
  const way = await openCuttable(served.url, () => {
    cutCount += 1;
    return Math.floor(random() * 2_500);
  });
  closers.push(way.close);
  const direct = connect({ url: served.url });
  const session = await direct.createSession({ agent: "refunder" });
  // The server asks for 500 ms between two tries, which is too long for so many: here nobody waits.
  const client = connect({ url: way.url, wait: () => Promise.resolve() });
  while (cutCount < CUTS) {
    const run = await direct.session(session.id).send("a story");
    const cut = client.run(run.id);
    const [seen, text] = await Promise.all([collect(cut.events()), join(cut.text())]);
    const all = await run.eventsSoFar();
    expect(all.isComplete).toBe(true);
    expect(seen).toEqual(all.items);
    expect(text).toBe(STORY);
  }
});

test("sessions, runs, decisions, conversation and memory of an application", async () => {
  const { agent, refunds } = refundAgent();
  const served = await serve({ agents: [agent, echo] });
  const client = connect({ url: served.url });
  expect((await client.agents()).map(({ name }) => name).toSorted()).toEqual(["echo", "refunder"]);
  const { id } = await client.createSession({ agent: "refunder", id: "my:session", metadata: { from: "test" } });
  const session = client.session(id);
  expect(await session.record()).toMatchObject({ id: "my:session", metadata: { from: "test" } });

  const run = await session.send({ message: "refund", idempotencyKey: "once" });
  for await (const view of run.views()) {
    const [asked] = view.pending;
    if (asked === undefined) continue;
    expect(await run.decisions()).toEqual([asked]);
    await run.decide({ kind: "approval", effect: asked.effect, decision: "approved" });
    break;
  }
  expect(await run.answer()).toBe('The refund came back with {"paid":4950}');
  expect(refunds).toHaveLength(1);
  expect(await session.send({ message: "refund", idempotencyKey: "once" })).toMatchObject({ id: run.id, how: "found" });
  expect(await run.record()).toMatchObject({ outcome: "answered" });
  expect(await session.messages()).toContainEqual({ role: "user", content: "refund" });
  expect((await session.runs()).items.map((each) => each.id)).toEqual([run.id]);
  expect((await client.runs({ status: "ended" })).items).toHaveLength(1);
  expect((await client.sessions({ agent: "refunder" })).items).toHaveLength(1);
  await expect(run.cancel()).rejects.toMatchObject({ name: "ProblemError" });

  const memory = client.userMemory();
  expect(await memory.put("likes/tea", { kind: "green" })).toMatchObject({ version: 1 });
  expect(await memory.put("likes/tea", "black", { ifVersion: 1 })).toMatchObject({ version: 2 });
  await expect(memory.put("likes/tea", "none", { ifVersion: 1 })).rejects.toMatchObject({ code: "memory.conflict" });
  expect(await memory.get("likes/tea")).toMatchObject({ value: "black" });
  expect((await memory.list({ prefix: "likes/" })).items).toHaveLength(1);
  expect((await memory.versions("likes/tea")).items).toHaveLength(2);
  await memory.erase("likes/tea");
  await expect(memory.get("likes/tea")).rejects.toMatchObject({ name: "ProblemError", status: 404 });

  await session.close();
  await expect(session.send("more")).rejects.toMatchObject({ code: "session.closed", status: 409 });
  await session.erase();
  await expect(session.record()).rejects.toMatchObject({ code: "session.not_found", status: 404 });
  await expect(client.run(run.id).answer()).rejects.toMatchObject({ code: "run.not_found" });
});

test("a wrong key is refused, the right one is taken from a function", async () => {
  const served = await serve({ agents: [echo], auth: {} });
  const { secret } = await served.makeKey({ name: "ada", role: "user" });
  await expect(connect({ url: served.url }).agents()).rejects.toMatchObject({ status: 401, code: "auth.required" });
  const client = connect({ url: served.url, token: () => Promise.resolve(secret) });
  const { id } = await client.createSession({ agent: "echo" });
  const run = await client.session(id).send("hello");
  expect(await run.answer()).toBe("1: hello");
});

async function collect(events: AsyncIterable<PublicRunEvent>): Promise<PublicRunEvent[]> {
  const seen: PublicRunEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

/** As a page would show it. */
async function join(updates: AsyncIterable<TextUpdate>): Promise<string> {
  let text = "";
  for await (const { text: whole, added } of updates) text = added === undefined ? whole : text + added;
  return text;
}

async function serve(options: Parameters<typeof openServed>[0]) {
  const served = await openServed(options);
  closers.push(served.close);
  return served;
}
