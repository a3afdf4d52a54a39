import { afterAll, expect, test } from "vitest";
import type { Message } from "../domain/index.ts";
import { fixedClock, idMaker, LIMITS, systemClock } from "../kernel/index.ts";
import { openSqliteStore } from "../store/adapters/sqlite/open-sqlite-store.ts";
import type { LogStore } from "../store/index.ts";
import { prompts } from "./prompts.ts";
import { readRun } from "./read-run.ts";
import { type LogEntry, openRunLog } from "./run-log.ts";

const store = await openSqliteStore({ path: ":memory:" });
afterAll(() => store[Symbol.asyncDispose]());
const makeId = idMaker(systemClock, Math.random);
const newLog = () => openRunLog({ store, runId: makeId(), clock: fixedClock(1_000) });
const said = (content: string): LogEntry => ({ type: "message.sent", content, witness: "runtime" });
const contents = async (log: { runId: Parameters<typeof readRun>[1] }) =>
  (await readRun(store, log.runId)).map((event) => ("content" in event ? event.content : event.type));

test("events keep the order of the calls, whoever waits and whoever does not", async () => {
  const log = newLog();
  void log.append(said("0"));
  void log.append(said("1"), said("2"));
  const [third] = await log.append({ ...said("3"), atMs: 7 });
  expect(third).toEqual({ ...said("3"), atMs: 7, seq: 3 });
  for (let index = 4; index < 500; index += 1) void log.append(said(String(index)));
  await log.flush();
  expect(log.nextSeq).toBe(500);
  expect(await contents(log)).toEqual(Array.from({ length: 500 }, (_, index) => String(index)));
  expect((await readRun(store, log.runId))[0]?.atMs).toBe(1_000);
});

test("a writer that was overtaken is fenced off for good; what waited behind it is refused too", async () => {
  const log = newLog();
  await log.append(said("mine"));
  await store.append(log.runId, [{ ...said("theirs"), atMs: 1 } as never], 1);
  const outcomes = await Promise.allSettled([log.append(said("late")), log.append(said("later"))]);
  const conflict = { status: "rejected", reason: { code: "log.conflict" } };
  expect(outcomes).toMatchObject([conflict, conflict]);
  await expect(log.append(said("latest"))).rejects.toMatchObject({ code: "log.conflict" });
  await expect(log.flush()).rejects.toMatchObject({ code: "log.conflict" });
  expect(await contents(log)).toEqual(["mine", "theirs"]);
});

test("after an append that may or may not have happened nothing more is written, though the store is back", async () => {
  const runId = makeId<"run">();
  let failures = 1;
  const failing: LogStore = {
    ...store,
    read: (...asked) => store.read(...asked),
    onAppend: (...asked) => store.onAppend(...asked),
    append: async (...asked) => {
      if (failures-- > 0) throw new Error("the answer got lost");
      return store.append(...asked);
    },
  };
  const log = openRunLog({ store: failing, runId, clock: fixedClock(1_000) });
  await expect(log.append(said("first"))).rejects.toThrow("the answer got lost");
  await expect(log.append(said("second"))).rejects.toThrow("the answer got lost");
  expect(await contents(log)).toEqual([]);
});

test("an event that is too large is refused alone, and the failure shows on flush", async () => {
  const log = newLog();
  void log.append(said("before"));
  void log.append(said("x".repeat(LIMITS.eventBytesMax)));
  void log.append(said("after"));
  await expect(log.flush()).rejects.toMatchObject({ code: "log.event_too_large" });
  expect(await contents(log)).toEqual(["before", "after"]);
  expect(log.nextSeq).toBe(2);
});

const toolCall = { effect: 0, callId: "c", tool: "t", witness: "runtime" } as const;
const called = (text: string): LogEntry => ({
  type: "tool.called",
  attempt: 1,
  idempotencyKey: "k",
  arguments: text,
  ...toolCall,
});
const returned: LogEntry = { type: "tool.returned", durationMs: 0, result: null, ...toolCall };

test("what follows a call without waiting for anything becomes durable together with it", async () => {
  const sizes: number[] = [];
  const append: LogStore["append"] = (...[runId, events, expectedSeq]) => {
    sizes.push(events.length);
    return store.append(runId, events, expectedSeq);
  };
  const counted = { append, read: store.read.bind(store), onAppend: store.onAppend.bind(store) };
  const log = openRunLog({ store: counted, runId: makeId(), clock: systemClock });
  void log.append(called("x"));
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await log.append(returned);
  expect(sizes).toEqual([2]);
  expect(await contents(log)).toEqual(["tool.called", "tool.returned"]);
});

test("a call that is too large takes its answer with it, and the log goes on", async () => {
  const log = newLog();
  const outcomes = await Promise.allSettled([
    log.append(called("x".repeat(LIMITS.eventBytesMax))),
    log.append(returned),
    log.append({ ...returned, effect: 1 }),
    log.append(said("after")),
  ]);
  const tooLarge = { status: "rejected", reason: { code: "log.event_too_large" } };
  expect(outcomes).toMatchObject([tooLarge, tooLarge, { status: "fulfilled" }, { status: "fulfilled" }]);
  expect(await contents(log)).toEqual(["tool.returned", "after"]);
});

test("a closed log has written everything and takes nothing more", async () => {
  const log = newLog();
  void log.append(said("last"));
  await log.close();
  await expect(log.append(said("late"))).rejects.toMatchObject({ code: "log.closed" });
  expect(await contents(log)).toEqual(["last"]);
});

test("whole prompts are kept as differences, also by a log that is gone on with", async () => {
  const user = (content: string): Message => ({ role: "user", content });
  const ask = (effect: number, messages: readonly Message[], attempt = 1): LogEntry => ({
    type: "model.called",
    effect,
    attempt,
    provider: "p",
    model: "m",
    keptCount: 0,
    added: messages,
    toolNames: [],
    witness: "runtime",
  });
  const whole = [
    [user("a")],
    [user("a"), user("b"), user("c")],
    [user("a"), user("b"), user("c")],
    [user("a"), user("summary")],
    [user("other")],
    [],
  ];
  const log = newLog();
  for (const [effect, messages] of whole.slice(0, 3).entries()) await log.append(ask(effect, messages));
  const history = await readRun(store, log.runId);
  const resumed = openRunLog({ store, runId: log.runId, clock: systemClock, history });
  for (const [index, messages] of whole.slice(3).entries()) void resumed.append(ask(3 + index, messages));
  await resumed.close();
  const events = await readRun(store, log.runId);
  expect(events.map((event) => event.type === "model.called" && event.keptCount)).toEqual([0, 1, 3, 1, 0, 0]);
  expect(events.map((event) => event.type === "model.called" && event.added.length)).toEqual([1, 2, 0, 1, 1, 0]);
  expect(prompts(events).map(({ messages }) => messages)).toEqual(whole);
});
