import fc from "fast-check";
import { expect, test } from "vitest";
import type { NewEvent } from "../domain/index.ts";
import { reduceRun } from "./reduce-run.ts";
import { EMPTY_RUN_VIEW, type RunView } from "./run-view.ts";
import { numbered } from "./serve-by-hand.test-kit.ts";

const at = { atMs: 1_000, witness: "runtime" } as const;
const refund = { orderId: "W1", amount: 20 };

const asks = (effect: number, attempt = 1): NewEvent => {
  const prompt = { provider: "p", model: "m", keptCount: 0, added: [], toolNames: [] };
  return { ...at, type: "model.called", effect, attempt, ...prompt };
};
const says = (effect: number, text: string, attempt = 1): NewEvent => {
  return { ...at, type: "model.streamed", effect, attempt, text };
};
const calls = (effect: number, attempt = 1): NewEvent => {
  return { ...at, type: "tool.called", effect, attempt, callId: `c${effect}`, tool: "refund", arguments: refund };
};
const sends = (content: string): NewEvent => ({ ...at, type: "message.sent", content });

test.each<{ why: string; events: NewEvent[]; text: string }>([
  { why: "grows", events: [asks(0), says(0, "a"), says(0, "b")], text: "ab" },
  {
    why: "drops at a reset",
    events: [asks(0), says(0, "a"), { ...at, type: "model.reset", effect: 0, attempt: 1 }],
    text: "",
  },
  {
    why: "begins again after a reset",
    events: [asks(0), says(0, "a"), { ...at, type: "model.reset", effect: 0, attempt: 2 }, asks(0, 2), says(0, "b", 2)],
    text: "b",
  },
  { why: "drops at a higher attempt", events: [asks(0), says(0, "a"), asks(0, 2)], text: "" },
  { why: "drops at a higher attempt that streams", events: [says(0, "a"), says(0, "b", 2)], text: "b" },
  { why: "ignores an older attempt", events: [asks(0, 2), says(0, "b", 2), says(0, "a", 1)], text: "b" },
  {
    why: "ignores what tools' models say",
    events: [says(0, "a"), says(1_000_000, "x"), says(5_000_001, "y")],
    text: "a",
  },
  {
    why: "is the last call's",
    events: [says(0, "Let me look."), calls(1), says(2, "Done"), says(2, ".")],
    text: "Done.",
  },
  { why: "is what was sent", events: [says(0, "a"), sends("A.")], text: "A." },
  {
    why: "resets only the effect named",
    events: [says(0, "a"), says(1, "b"), { ...at, type: "model.reset", effect: 0, attempt: 1 }],
    text: "b",
  },
])("the text $why", ({ events, text }) => {
  expect(viewOf(events).text).toBe(text);
});

test("the answer stands once among the parts, after what was done", () => {
  const view = viewOf([
    { ...at, type: "message.received", from: "user", content: "Refund me" },
    says(0, "Let me look."),
    calls(1),
    { ...at, type: "tool.returned", effect: 1, callId: "c1", tool: "refund", durationMs: 4, result: { ok: true } },
    says(2, "Refunded."),
    sends("Refunded."),
    { ...at, type: "run.ended", outcome: "answered", durationMs: 9 },
  ]);
  expect(view.parts).toEqual([
    { kind: "message", from: "user", content: "Refund me" },
    { kind: "text", effect: 0, text: "Let me look.", isAnswer: false },
    { kind: "tool", effect: 1 },
    { kind: "text", effect: null, text: "Refunded.", isAnswer: true },
  ]);
  expect(view.tools).toMatchObject([{ tool: "refund", state: "returned", durationMs: 4, result: { ok: true } }]);
  expect(view).toMatchObject({ status: "ended", outcome: "answered", pending: [], error: null });
});

test("an approval is pending until it is decided, and shows who decided what", () => {
  const asked: NewEvent[] = [
    { ...at, type: "run.started", schemaVersion: 1, agent: { name: "a", version: "1" }, origin: "live" },
    {
      ...at,
      type: "approval.requested",
      effect: 3,
      attempt: 1,
      tool: "refund",
      callId: "c",
      arguments: refund,
      reason: "risky",
    },
    { ...at, type: "run.paused", on: "approval", effects: [3] },
  ];
  const waiting = viewOf(asked);
  expect(waiting).toMatchObject({ status: "paused", pausedOn: "approval" });
  expect(waiting.pending).toEqual([
    { kind: "approval", effect: 3, tool: "refund", arguments: refund, reason: "risky", requestedAtMs: 1_000 },
  ]);
  const decided = viewOf([
    ...asked,
    { ...at, type: "run.resumed", attempt: 2, because: "decision", version: "1" },
    {
      ...at,
      type: "approval.decided",
      effect: 3,
      durationMs: 9,
      decision: "edited",
      by: "key:ada",
      arguments: { amount: 5 },
    },
  ]);
  expect(decided).toMatchObject({ status: "running", pausedOn: null, pending: [] });
  expect(decided.approvals).toMatchObject([{ decision: "edited", by: "key:ada", arguments: { amount: 5 } }]);
});

test.each([
  { decision: "happened", state: "returned" },
  { decision: "repeat", state: "called" },
  { decision: "failed", state: "failed" },
] as const)("a call in doubt is pending until a person says `$decision`", ({ decision, state }) => {
  const doubted: NewEvent[] = [calls(4), { ...at, type: "run.paused", on: "doubt", effects: [4] }];
  const view = viewOf(doubted);
  expect(view.pending).toEqual([{ kind: "doubt", effect: 4, tool: "refund", arguments: refund, calledAtMs: 1_000 }]);
  expect(view.tools).toMatchObject([{ state: "doubt" }]);
  const settlement = { ...at, type: "doubt.settled", effect: 4, attempt: 1, decision, by: "ada" } as const;
  const settled = viewOf([...doubted, settlement]);
  expect(settled.pending).toEqual([]);
  expect(settled.tools).toMatchObject([{ state }]);
});

test("a failed run says why, and asks nothing any more", () => {
  const view = viewOf([
    { ...at, type: "approval.requested", effect: 3, attempt: 1, tool: "refund", reason: "risky" },
    { ...at, type: "run.ended", outcome: "failed", durationMs: 1, error: { name: "Error", message: "no model" } },
  ]);
  expect(view).toMatchObject({ status: "ended", outcome: "failed", error: "no model", pending: [] });
});

test("events seen again change nothing", () => {
  const event = fc.oneof(
    fc.tuple(fc.nat(2), fc.string(), fc.integer({ min: 1, max: 3 })).map((each) => says(...each)),
    fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 3 })).map((each) => asks(...each)),
    fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 3 })).map((each) => calls(...each)),
    fc.string().map(sends),
  );
  fc.assert(
    fc.property(fc.array(event), fc.nat(), (events, seed) => {
      const log = numbered(events);
      const cut = log.length === 0 ? 0 : seed % log.length;
      const again = [...log.slice(0, cut), ...log];
      expect(again.reduce(reduceRun, EMPTY_RUN_VIEW)).toEqual(log.reduce(reduceRun, EMPTY_RUN_VIEW));
    }),
  );
});

function viewOf(events: readonly NewEvent[]): RunView {
  return numbered(events).reduce(reduceRun, EMPTY_RUN_VIEW);
}
