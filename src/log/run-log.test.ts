import { afterAll, expect, test } from "vitest";
import type { Message } from "../domain/index.ts";
import { fixedClock, idMaker, LIMITS, systemClock } from "../kernel/index.ts";
import { openSqliteStore } from "../store/adapters/sqlite/open-sqlite-store.ts";
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

test("an event that is too large is refused alone, and the failure shows on flush", async () => {
  const log = newLog();
  void log.append(said("before"));
  void log.append(said("x".repeat(LIMITS.eventBytesMax)));
  void log.append(said("after"));
  await expect(log.flush()).rejects.toMatchObject({ code: "log.event_too_large" });
  expect(await contents(log)).toEqual(["before", "after"]);
  expect(log.nextSeq).toBe(2);
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
