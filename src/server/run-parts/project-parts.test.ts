import { expect, test } from "vitest";
import { PartProjection } from "./project-parts.ts";
import type { PartChange } from "./run-part.ts";
import {
  answered,
  approvalDecided,
  approvalRequested,
  asked,
  ended,
  type EventBody,
  modelCalled,
  modelReturned,
  publicLog,
  randomRun,
  started,
  streamed,
  toolCalled,
  toolReturned,
} from "./sample-log.test-kit.ts";

function read(bodies: readonly EventBody[]) {
  const projection = new PartProjection();
  const changes: PartChange[] = publicLog(bodies).flatMap((event) => projection.read(event));
  return { parts: projection.parts, changes, types: changes.map(({ type }) => type) };
}

test("a call id that a model uses twice names two parts", () => {
  const step = (effect: number) => [
    modelCalled(effect),
    modelReturned(effect, "", ["get"]),
    toolCalled(effect + 1, "get"),
    toolReturned(effect + 1, "get", `result ${effect}`),
  ];
  expect(read([started, ...step(0), ...step(2)]).parts).toMatchObject([
    { callId: "call_get", result: "result 0" },
    { callId: "call_get-1", result: "result 2" },
  ]);
});

test("a call and a question made again after a crash are the same ones", () => {
  const resumed: EventBody = { type: "run.resumed", attempt: 2, because: "crash", version: "1" };
  const { parts, types } = read([
    started,
    approvalRequested(0, "refund"),
    resumed,
    { ...approvalRequested(0, "refund"), attempt: 2 } as EventBody,
    approvalDecided(0, "refund"),
    toolCalled(1, "refund"),
    resumed,
    toolCalled(1, "refund", 2),
    toolReturned(1, "refund", "done"),
  ]);
  expect(parts).toMatchObject([{ state: "returned", result: "done", approval: { decision: "approved", by: "ada" } }]);
  expect(types.filter((type) => type === "tool.asked" || type === "tool.added")).toHaveLength(2);
});

test("a question from inside a tool is shown, and answered with the decision", () => {
  const inside = 2_000_000;
  const { parts } = read([
    started,
    toolCalled(1, "research"),
    approvalRequested(inside, "spend"),
    approvalDecided(inside, "spend"),
    toolCalled(inside + 1, "spend"),
    toolReturned(inside + 1, "spend", "hidden"),
    toolReturned(1, "research", "found"),
  ]);
  expect(parts).toMatchObject([
    { tool: "research", result: "found" },
    { tool: "spend", state: "returned", result: { decision: "approved", by: "ada" } },
  ]);
});

test("edited arguments stand instead of the asked ones", () => {
  const edited: EventBody = {
    type: "approval.decided",
    effect: 0,
    durationMs: 1,
    tool: "refund",
    callId: "call_refund",
    decision: "edited",
    by: "ada",
    arguments: { of: "less" },
  };
  const call: EventBody = {
    type: "tool.called",
    effect: 1,
    attempt: 1,
    callId: "call_refund",
    tool: "refund",
    arguments: { of: "less" },
  };
  const { parts, types } = read([
    started,
    approvalRequested(0, "refund"),
    edited,
    call,
    toolReturned(1, "refund", "ok"),
  ]);
  expect(parts).toMatchObject([{ arguments: { of: "less" }, result: "ok" }]);
  expect(types.filter((type) => type === "tool.arguments-done")).toHaveLength(2);
});

test("what the run's end cuts off is unfinished, and its step is closed", () => {
  const cancelled: EventBody = { type: "run.ended", outcome: "cancelled", durationMs: 1 };
  const { parts, types } = read([started, modelCalled(0), streamed(0, "half"), toolCalled(1, "slow"), cancelled]);
  expect(parts).toMatchObject([{ text: "half", isDone: true }, { state: "unfinished" }]);
  expect(types.slice(-3)).toEqual(["tool.done", "step.ended", "ended"]);
});

test("arguments that come in pieces grow, and go with what a reset drops", () => {
  const piece = (argumentsText: string, attempt: number): EventBody => ({
    type: "model.streamed",
    effect: 0,
    attempt,
    toolCall: { callId: "call_get", tool: "get", argumentsText },
  });
  const { parts, types } = read([
    started,
    modelCalled(0),
    piece('{"of"', 1),
    modelCalled(0, 2),
    piece('{"of":', 2),
    piece('"get"}', 2),
    modelReturned(0, "", ["get"]),
  ]);
  expect(parts).toMatchObject([{ argumentsText: '{"of":"get"}', arguments: { of: "get" }, state: "requested" }]);
  expect(types.filter((type) => type === "parts.dropped")).toHaveLength(1);
});

test.each([
  { why: "as the model said it", said: "Hello.", answer: "Hello.", texts: ["Hello."] },
  { why: "with more at its end", said: "Hello.", answer: "Hello. Bye.", texts: ["Hello. Bye."] },
  { why: "another one", said: "Hello.", answer: "Good day.", texts: ["Good day."] },
  { why: "an empty one", said: "Hello.", answer: "", texts: [] },
])("an answer $why", ({ said, answer, texts }) => {
  const { parts, changes } = read([started, modelCalled(0), modelReturned(0, said), answered(answer), ended]);
  expect(parts.map((part) => part.kind === "text" && part.text)).toEqual(texts);
  const told = changes.find((change) => change.type === "answered");
  expect(told?.parts.map(({ text }) => text).join("")).toBe(answer);
});

test("an answer after a tool is a step of its own, and so is a second answer", () => {
  const bodies = [
    modelCalled(0),
    modelReturned(0, "I look.", ["get"]),
    toolCalled(1, "get"),
    toolReturned(1, "get", "x"),
  ];
  const { types } = read([started, ...bodies, answered("Found."), answered("And more."), ended]);
  expect(types.filter((type) => type === "step.began")).toHaveLength(3);
});

test("a message slipped in is told, the one that began the run is not", () => {
  const slipped: EventBody = { type: "message.received", from: "user", content: "wait", effect: 3, signalId: "s1" };
  const { changes } = read([started, asked, slipped]);
  expect(changes).toMatchObject([{ type: "run.began" }, { type: "message.joined", id: "s1", text: "wait" }]);
});

test("200 runs: what is dropped was of the open step, and every part is added before it changes", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    let open = new Set<number>();
    for (const change of read(randomRun(seed).bodies).changes) {
      if (change.type === "step.began") open = new Set();
      else if (change.type === "text.added" || change.type === "tool.added") open.add(change.part.index);
      else if (change.type === "parts.dropped") {
        for (const { index } of change.dropped) expect(open.delete(index)).toBe(true);
        expect(change.kept.map(({ index }) => index)).toEqual([...open]);
      } else if (change.type === "text.grew" || change.type === "text.done")
        expect(open.has(change.part.index)).toBe(true);
    }
  }
});
