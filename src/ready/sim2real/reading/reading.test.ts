import { expect, test } from "vitest";
import { type CallMade, runMade } from "../logged-run.test-kit.ts";
import { conditionsOf } from "../conditions/conditions-of.ts";
import { languageOf } from "./language-of.ts";
import { marksOf } from "./message-marks.ts";
import { learnSpelling } from "./misspelt-words.ts";
import { readRunFacts } from "./run-facts.ts";
import { answeredBefore } from "./session-answers.ts";

const error = (message: string, status?: number): CallMade => ({
  tool: "t",
  error: { name: "Error", message, ...(status !== undefined && { status }) },
});

test.each<{ call: CallMade; end: string }>([
  { call: { tool: "t", result: { orders: 2 } }, end: "ok" },
  { call: { tool: "t", result: "we timed out waiting, then it worked" }, end: "ok" },
  { call: error("slow down", 429), end: "429" },
  { call: error("gone", 404), end: "4xx" },
  { call: error("oops", 503), end: "5xx" },
  { call: error("upstream", 504), end: "timeout" },
  { call: error("request timed out after 30 s"), end: "timeout" },
  { call: error("ETIMEDOUT 10.0.0.1"), end: "timeout" },
  { call: error("HTTP 502 from upstream"), end: "5xx" },
  { call: error("status code: 422"), end: "4xx" },
  { call: error("Too Many Requests"), end: "429" },
  { call: error("Unexpected token < in JSON at position 0"), end: "malformed" },
  { call: error("Order #404 not found"), end: "other error" },
  { call: { tool: "t", result: "Error: user not found" }, end: "other error" },
  { call: { tool: "t", result: { error: "rate limit reached" } }, end: "429" },
  { call: { tool: "t", result: '{"orders": [{"id": 1}, {"i' }, end: "malformed" },
  { call: { tool: "t", result: "[see attachment]" }, end: "ok" },
])("$call ends $end", ({ call, end }) => {
  expect(readRunFacts(runMade({ calls: [call] })).calls.map((each) => each.end)).toEqual([end]);
});

test("a call that nothing answers, and one made again after its failure", () => {
  const { runId, events } = runMade({ calls: [error("x", 500), { tool: "t" }, { tool: "t" }, { tool: "u" }] });
  const cut = events.slice(
    0,
    events.findLastIndex(({ type }) => type === "tool.returned"),
  );
  const { calls } = readRunFacts({ runId, events: cut });
  expect(calls.map(({ end, isRetry }) => [end, isRetry])).toEqual([
    ["5xx", false],
    ["ok", true],
    ["ok", false],
    ["no answer", false],
  ]);
});

test.each([
  { text: "Cancel it. Where is my refund? And the other?", expected: { questionCount: 2, requestCount: 3 } },
  { text: "I want:\n- a refund\n- a new order\n2) a call", expected: { requestCount: 4 } },
  { text: "Thanks, all good.", expected: { questionCount: 0, requestCount: 0, isAngry: false, slipCount: 0 } },
  { text: "This delay is really RIDICULOUS", expected: { isAngry: true, isShouted: false } },
  { text: "WHERE IS MY ORDER", expected: { isShouted: true } },
  { text: "My code is ZFA04Y and JFK to LAX.", expected: { isShouted: false } },
  { text: "ok", expected: { isShouted: false, wordCount: 1 } },
  { text: "thanks 🙏", expected: { hasEmoji: true } },
  { text: "Order #12 © 2026, 3 items", expected: { hasEmoji: false } },
  { text: "pls help, i dont know whyyyy??", expected: { slipCount: 5 } },
])("marks of $text", ({ text, expected }) => {
  expect(marksOf(text)).toMatchObject(expected);
});

test.each([
  ["Please cancel my order, I do not want it", "English"],
  ["Hola, quiero cancelar mi pedido por favor", "Spanish"],
  ["Ich möchte die Bestellung nicht mehr, bitte stornieren", "German"],
  ["Bonjour, je veux annuler la commande et être remboursé", "French"],
  ["Por favor, quero cancelar o meu pedido, não preciso mais", "Portuguese"],
  ["我想取消我的订单", "Chinese"],
  ["注文をキャンセルしたいです", "Japanese"],
  ["Хочу отменить заказ", "Cyrillic script"],
  ["أريد إلغاء طلبي", "Arabic script"],
  ["ok", "unclear"],
  ["W1234567", "unclear"],
  ["una hotel taxi", "unclear"],
])("%s is %s", (text, language) => {
  expect(languageOf(text)).toBe(language);
});

test("slips are told from words that many write, without a dictionary", () => {
  const usual = Array.from({ length: 6 }, () => "receive shipping address orders booking reembolso");
  const isMisspelt = learnSpelling([...usual, "recieve shiping adress order cooking reembollso Receivd W123"]);
  const found = ["recieve", "shiping", "adress", "order", "cooking", "receive", "reembollso"].filter(isMisspelt);
  expect(found).toEqual(["recieve", "shiping", "adress", "reembollso"]);
});

test("a word is usual when five runs write it, not four", () => {
  const isMisspelt = learnSpelling([...Array.from({ length: 4 }, () => "parcel invoice"), "parcel", "pacel invoce"]);
  expect(["pacel", "invoce"].map(isMisspelt)).toEqual([true, false]);
});

test("prompts, models and offers are read as the log tells them; silence stays silence", () => {
  const told = readRunFacts(runMade({ system: "Be kind.", model: "m-2", offers: ["t"], provider: "scripted" }));
  expect(told).toMatchObject({ systemText: "Be kind.", models: ["m-2"], isTimed: true });
  expect([...(told.offeredTools ?? [])]).toEqual(["t"]);
  expect(told.sources).toEqual(["scripted model"]);
  const silent = readRunFacts({ runId: "r", events: [] });
  expect(silent).toMatchObject({ models: [], isTimed: false, messageCount: 0 });
  for (const key of ["systemText", "offeredTools", "settings", "contextTokens", "outcome"]) {
    expect(silent).not.toHaveProperty(key);
  }
});

test("answers come from life, a trial's world, a script, a replay, or a disturbance", () => {
  const of = (given: Parameters<typeof runMade>[0]) => readRunFacts(runMade(given)).sources;
  const calls = [{ tool: "t" }];
  expect(of({ calls })).toEqual(["live", "live"]);
  expect(of({ calls, origin: "observed" })).toEqual(["live", "live"]);
  expect(of({ calls, origin: "trial", provider: "replay" })).toEqual(["replayed model", "a trial's world"]);
  const { runId, events } = runMade({ calls, origin: "trial", provider: "scripted" });
  const fault = {
    type: "fault.injected",
    on: "tool t",
    fault: "error",
    effect: 1,
    seq: 99,
    atMs: 0,
    witness: "runtime",
  } as const;
  const disturbed = readRunFacts({ runId, events: [...events, fault] });
  expect(disturbed.sources).toEqual(["scripted model", "disturbed on purpose"]);
});

test("users' pace is the time from an answer to the next message", () => {
  const { userMessages } = readRunFacts(runMade({ says: ["one", "two"] }));
  expect(userMessages.map(({ waitMs }) => waitMs)).toEqual([undefined, 1_000]);
});

test("between runs of one session the user's pace goes on", () => {
  const runs = [0, 60_000, 25_000].map((shiftMs, index) => {
    const { events } = runMade({ sessionId: "s", says: ["one"] });
    return { runId: `r${index}`, events: events.map((event) => ({ ...event, atMs: event.atMs + shiftMs })) };
  });
  const answered = answeredBefore([...runs, runMade({ id: "alone" }), runMade({ id: "other", sessionId: "t" })]);
  // A run made here goes on for five seconds, and its message comes in its third.
  expect([...answered].toSorted(([left], [right]) => (left < right ? -1 : 1))).toEqual([
    ["r1", 30_000],
    ["r2", 5_000],
  ]);
  expect(readRunFacts(runs[1]!, answered.get("r1")).userMessages[0]?.waitMs).toBe(33_000);
});

test("the largest prompt counts, also when a later one is shorter", () => {
  const call = (effect: number, keptCount: number, ...contents: readonly string[]) => ({
    type: "model.called" as const,
    seq: effect,
    atMs: 0,
    witness: "runtime" as const,
    effect,
    attempt: 1,
    provider: "p",
    model: "m",
    keptCount,
    added: contents.map((content) => ({ role: "user" as const, content })),
    toolNames: [],
  });
  const events = [call(0, 0, "aaaa", "bbbb"), call(1, 2, "cccc"), call(2, 1, "d"), call(3, 2, "eeeee")];
  const facts = readRunFacts({ runId: "r", events });
  expect(facts.contextCharacters).toBe(12);
  expect(facts.contextText()).toBe("aaaa\nbbbb\ncccc");
});

test.each([
  { why: "spaces", text: `a${" ".repeat(300_000)}` },
  { why: "one word", text: "a".repeat(300_000) },
  { why: "capitals", text: "AA!".repeat(100_000) },
  { why: "marks", text: `AA${"!".repeat(300_000)}` },
  { why: "breaks", text: "\n".repeat(300_000) },
  { why: "and so on", text: "and ".repeat(75_000) },
  { why: "an open list", text: `${" ".repeat(150_000)}[${" ".repeat(150_000)}` },
])("a message or result of $why takes no time", ({ text }) => {
  const startMs = performance.now();
  const run = readRunFacts(runMade({ says: [text], calls: [{ tool: "t", result: text }] }));
  languageOf(text);
  learnSpelling([text])(text);
  conditionsOf(run);
  expect(performance.now() - startMs).toBeLessThan(3_000);
});
