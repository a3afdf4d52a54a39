import { expect, test } from "vitest";
import { PartProjection } from "./project-parts.ts";
import type { PartChange } from "./run-part.ts";
import * as log from "./sample-log.test-kit.ts";

function read(bodies: readonly log.EventBody[]) {
  const projection = new PartProjection();
  const changes: PartChange[] = log.readAll(bodies, projection);
  return { parts: projection.parts, changes, types: changes.map(({ type }) => type) };
}

test("a call id that a model uses twice names two parts", () => {
  const step = (effect: number) => [
    log.modelCalled(effect),
    log.modelReturned(effect, "", ["get"]),
    log.toolCalled(effect + 1, "get"),
    log.toolReturned(effect + 1, "get", `result ${effect}`),
  ];
  expect(read([log.started, ...step(0), ...step(2)]).parts).toMatchObject([
    { callId: "call_get", result: "result 0" },
    { callId: "call_get-1", result: "result 2" },
  ]);
});

test("a call and a question made again after a crash are the same ones", () => {
  const resumed: log.EventBody = { type: "run.resumed", attempt: 2, because: "crash", version: "1" };
  const { parts, types } = read([
    log.started,
    log.approvalRequested(0, "refund"),
    resumed,
    { ...log.approvalRequested(0, "refund"), attempt: 2 } as log.EventBody,
    log.approvalDecided(0, "refund"),
    log.toolCalled(1, "refund"),
    resumed,
    log.toolCalled(1, "refund", 2),
    log.toolReturned(1, "refund", "done"),
  ]);
  expect(parts).toMatchObject([{ state: "returned", result: "done", approval: { decision: "approved", by: "ada" } }]);
  expect(types.filter((type) => type === "tool.asked" || type === "tool.added")).toHaveLength(2);
});

test("a question from inside a tool is shown, and answered with the decision", () => {
  const inside = 2_000_000;
  const { parts } = read([
    log.started,
    log.toolCalled(1, "research"),
    log.approvalRequested(inside, "spend"),
    log.approvalDecided(inside, "spend"),
    log.toolCalled(inside + 1, "spend"),
    log.toolReturned(inside + 1, "spend", "hidden"),
    log.toolReturned(1, "research", "found"),
  ]);
  expect(parts).toMatchObject([
    { tool: "research", result: "found" },
    { tool: "spend", state: "returned", result: { decision: "approved", by: "ada" } },
  ]);
});

test("edited arguments stand instead of the asked ones", () => {
  const edited: log.EventBody = {
    type: "approval.decided",
    effect: 0,
    durationMs: 1,
    tool: "refund",
    callId: "call_refund",
    decision: "edited",
    by: "ada",
    arguments: { of: "less" },
  };
  const call: log.EventBody = {
    type: "tool.called",
    effect: 1,
    attempt: 1,
    callId: "call_refund",
    tool: "refund",
    arguments: { of: "less" },
  };
  const { parts, types } = read([
    log.started,
    log.approvalRequested(0, "refund"),
    edited,
    call,
    log.toolReturned(1, "refund", "ok"),
  ]);
  expect(parts).toMatchObject([{ arguments: { of: "less" }, result: "ok" }]);
  expect(types.filter((type) => type === "tool.arguments-done")).toHaveLength(2);
});

test("what the run's end cuts off is unfinished, and its step is closed", () => {
  const cancelled: log.EventBody = { type: "run.ended", outcome: "cancelled", durationMs: 1 };
  const { parts, types } = read([
    log.started,
    log.modelCalled(0),
    log.streamed(0, "half"),
    log.toolCalled(1, "slow"),
    cancelled,
  ]);
  expect(parts).toMatchObject([{ text: "half", isDone: true }, { state: "unfinished" }]);
  expect(types.slice(-3)).toEqual(["tool.done", "step.ended", "ended"]);
});

test("arguments that come in pieces grow, and go with what a reset drops", () => {
  const piece = (argumentsText: string, attempt: number): log.EventBody => ({
    type: "model.streamed",
    effect: 0,
    attempt,
    toolCall: { callId: "call_get", tool: "get", argumentsText },
  });
  const { parts, types } = read([
    log.started,
    log.modelCalled(0),
    piece('{"of"', 1),
    log.modelCalled(0, 2),
    piece('{"of":', 2),
    piece('"get"}', 2),
    log.modelReturned(0, "", ["get"]),
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
  const { parts, changes } = read([
    log.started,
    log.modelCalled(0),
    log.modelReturned(0, said),
    log.answered(answer),
    log.ended,
  ]);
  expect(parts.map((part) => part.kind === "text" && part.text)).toEqual(texts);
  const told = changes.find((change) => change.type === "answered");
  expect(told?.parts.map(({ text }) => text).join("")).toBe(answer);
});

test("an answer after a tool is a step of its own, and so is a second answer", () => {
  const bodies = [
    log.modelCalled(0),
    log.modelReturned(0, "I look.", ["get"]),
    log.toolCalled(1, "get"),
    log.toolReturned(1, "get", "x"),
  ];
  const { types } = read([log.started, ...bodies, log.answered("Found."), log.answered("And more."), log.ended]);
  expect(types.filter((type) => type === "step.began")).toHaveLength(3);
});

test("a message slipped in is told, the one that began the run is not", () => {
  const slipped: log.EventBody = { type: "message.received", from: "user", content: "wait", effect: 3, signalId: "s1" };
  const { changes } = read([log.started, log.asked, slipped]);
  expect(changes).toMatchObject([{ type: "run.began" }, { type: "message.joined", id: "s1", text: "wait" }]);
});

test("200 runs: what is dropped was of the open step, and every part is added before it changes", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    let open = new Set<number>();
    for (const change of read(log.randomRun(seed).bodies).changes) {
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
