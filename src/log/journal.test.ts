import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Message } from "../domain/index.ts";
import type { EffectQuestion } from "./effect-identity.ts";
import { type Journal, openJournal } from "./journal.ts";
import { logOf } from "./log-of.ts";
import type { LogEntry } from "./run-log.ts";

const witness = "runtime";
const user = (content: string): Message => ({ role: "user", content });
const tool = (effect: number, more: { attempt?: number; tool?: string; arguments?: { [key: string]: number } } = {}) =>
  ({ type: "tool.called", effect, callId: "c", tool: "refund", arguments: { amount: 5, fee: 1 }, ...more }) as const;
const model = (effect: number, messages: readonly Message[]) =>
  ({ type: "model.called", effect, provider: "p", model: "m", keptCount: 0, added: messages, toolNames: [] }) as const;
const called = (question: ReturnType<typeof tool> | ReturnType<typeof model>, attempt = 1): LogEntry =>
  ({ attempt, ...question, witness }) as LogEntry;
const returned = (effect: number, result: string): LogEntry => ({
  type: "tool.returned",
  effect,
  callId: "c",
  tool: "refund",
  durationMs: 1,
  result,
  witness,
});

const log = logOf([
  called(tool(0)),
  returned(0, "done"),
  called(model(1, [user("a")])),
  { type: "model.returned", effect: 1, durationMs: 1, costMicroUsd: null, witness },
  called(model(2, [user("a"), user("b")])),
  { type: "model.returned", effect: 2, durationMs: 1, costMicroUsd: null, witness },
  { type: "clock.read", effect: 3, valueMs: 99, witness },
  called(tool(4)),
]);

test("effects are numbered in the order of asking, and answered from the log, in doubt, or new", () => {
  const journal = openJournal(log);
  expect([journal.nextEffect(), journal.nextEffect()]).toEqual([0, 1]);
  expect(journal.answer(tool(0))).toEqual({ kind: "returned", event: log[1], attempt: 1 });
  expect(journal.answer(model(1, [user("a")]))).toMatchObject({ kind: "returned", event: { seq: 3 } });
  expect(journal.answer({ ...model(2, [user("b")]), keptCount: 1 })).toMatchObject({
    kind: "returned",
    event: { seq: 5 },
  });
  expect(journal.answer({ type: "clock.read", effect: 3 })).toMatchObject({ kind: "returned", event: { valueMs: 99 } });
  expect(journal.unaskedEffects()).toEqual([4]);
  expect(journal.answer(tool(4))).toEqual({ kind: "in-doubt", event: log[7] });
  expect(journal.answer(tool(5))).toEqual({ kind: "new" });
});

test("argument order, call ids and prompts told as differences do not make another call", () => {
  const journal = openJournal(log);
  expect(journal.answer({ ...tool(0, { arguments: { fee: 1, amount: 5 } }), callId: "other" }).kind).toBe("returned");
});

test.each<{ what: string; question: EffectQuestion; message: RegExp }>([
  {
    what: "arguments",
    question: tool(0, { arguments: { amount: 50, fee: 1 } }),
    message: /Effect 0 is .*"amount":5.*"amount":50/,
  },
  { what: "tool", question: tool(0, { tool: "cancel" }), message: /Effect 0 is .*"refund".*"cancel"/ },
  {
    what: "kind",
    question: { type: "sleep.called", effect: 0, ms: 5 },
    message: /Effect 0 is .*tool\.called.*sleep\.called/,
  },
  { what: "prompt", question: model(1, [user("x".repeat(500))]), message: /Effect 1 is/ },
  { what: "single-event effect", question: { type: "random.drawn", effect: 3 }, message: /clock\.read.*random\.drawn/ },
])("another $what than recorded is a mismatch that names both", ({ question, message }) => {
  const ask = () => openJournal(log).answer(question);
  expect(ask).toThrow(expect.objectContaining({ code: "log.journal_mismatch", details: { effect: question.effect } }));
  expect(ask).toThrow(message);
});

test("each attempt has its own answer; an attempt that was lost is answered by the next", () => {
  const attempts = logOf([
    called(tool(0), 1),
    returned(0, "Error: busy"),
    called(tool(0), 2),
    called(tool(0), 3),
    returned(0, "done"),
  ]);
  const journal = openJournal(attempts);
  expect(journal.answer(tool(0))).toEqual({ kind: "returned", event: attempts[1], attempt: 1 });
  expect(journal.answer(tool(0, { attempt: 2 }))).toEqual({ kind: "returned", event: attempts[4], attempt: 3 });
  expect(journal.answer(tool(0, { attempt: 4 }))).toEqual({ kind: "new" });
  expect(openJournal(attempts.slice(0, 4)).answer(tool(0, { attempt: 2 }))).toEqual({
    kind: "in-doubt",
    event: attempts[3],
  });
});

test("answers are handed over in the recorded order, whatever the order of asking", async () => {
  const parallel = logOf([
    called(tool(0)),
    called(tool(1)),
    returned(1, "first"),
    called(tool(2)),
    returned(0, "second"),
  ]);
  const journal = openJournal(parallel);
  const order: unknown[] = [];
  const take = async (effect: number) => {
    const answer = journal.answer(tool(effect));
    if (answer.kind !== "returned") return;
    await journal.turn(answer.event);
    order.push(answer.event.result);
  };
  const zero = take(0);
  await take(1);
  expect(order).toEqual(["first"]);
  journal.answer(tool(2));
  await zero;
  expect(order).toEqual(["first", "second"]);
});

test("code that stops making the recorded calls is told so instead of waiting for ever", async () => {
  const journal = openJournal(logOf([called(tool(0)), called(tool(1)), returned(1, "a"), returned(0, "b")]), {
    stallMs: 5,
  });
  const answer = journal.answer(tool(0));
  if (answer.kind !== "returned") throw new Error("It is recorded");
  await expect(journal.turn(answer.event)).rejects.toMatchObject({ code: "log.journal_mismatch", details: { seq: 1 } });
});

/** In which turn of the event loop, counted from now, each of these answers is handed over. */
async function turnsOf(journal: Journal, asked: readonly { readonly seq: number; readonly inTurn: number }[]) {
  const handedIn = new Map<number, number>();
  let turn = 0;
  while (handedIn.size < asked.length) {
    for (const { seq } of asked.filter(({ inTurn }) => inTurn === turn)) {
      void journal.turn({ seq }).then(() => handedIn.set(seq, turn));
    }
    // What is handed over at once is known by now.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    turn += 1;
    await setImmediate();
  }
  return asked.map(({ seq }) => handedIn.get(seq));
}

test("answers are handed over two turns of the event loop apart, new ones like recorded ones; a lone new one at once", async () => {
  const together = [2, 3, 4, 5].map((seq) => ({ seq, inTurn: 0 }));
  const recorded = openJournal(
    logOf([called(tool(0)), called(tool(1)), returned(1, "a"), returned(0, "b"), returned(1, "c"), returned(0, "d")]),
  );
  for (const effect of [0, 1]) recorded.answer(tool(effect));
  const [first = -1, ...behind] = await turnsOf(recorded, together);
  expect(first).toBeGreaterThan(0);
  expect(behind.map((turn) => (turn ?? 0) - first)).toEqual([2, 4, 6]);
  expect(await turnsOf(openJournal([]), together)).toEqual([0, 2, 4, 6]);
  const apart = [0, 1, 2, 10, 13].map((inTurn, seq) => ({ seq, inTurn }));
  expect(await turnsOf(openJournal([]), apart)).toEqual([0, 2, 4, 10, 13]);
});
