import { expect, test } from "vitest";
import type { NewEvent, RunEvent, Trial, Verdict } from "../domain/index.ts";
import { makeId, sampleTrial } from "../testing/sample-records.ts";
import { renderTimeline, renderTrials } from "./render-trials.ts";

const stamp = { atMs: 1_700_000_000_000, witness: "runtime" as const };
const log = (...events: readonly object[]): RunEvent[] =>
  events.map((event, seq) => ({ ...stamp, ...(event as NewEvent), seq }) as RunEvent);

const HOSTILE = "a\u001b[31mred\u001b]8;;http://evil\u0007link\r\nline\u202eback\u200b\u009b2J";
const verdict = (more: Partial<Verdict> = {}): Verdict => ({
  name: "check",
  source: "check",
  outcome: "pass",
  score: null,
  explanation: "fine",
  evidence: [],
  witness: null,
  gates: true,
  ...more,
});
const error = { name: HOSTILE, message: HOSTILE };
const effect = { effect: 0, attempt: 1 };
const returned = { effect: 0, durationMs: 1 };

/** Every kind of event, with hostile text wherever text of others can stand. */
const everything = log(
  { type: "run.started", schemaVersion: 1, agent: { name: HOSTILE, version: HOSTILE }, origin: "trial" },
  { type: "message.received", from: "user", content: HOSTILE },
  { type: "model.called", ...effect, provider: HOSTILE, model: HOSTILE, keptCount: 0, added: [], toolNames: [HOSTILE] },
  { type: "model.returned", ...returned, costMicroUsd: null, message: { role: "assistant", content: HOSTILE } },
  {
    type: "model.returned",
    ...returned,
    costMicroUsd: null,
    message: { role: "assistant", content: "", toolRequests: [{ callId: HOSTILE, tool: HOSTILE, arguments: {} }] },
  },
  { type: "model.returned", ...returned, costMicroUsd: null, error },
  { type: "tool.called", ...effect, callId: HOSTILE, tool: HOSTILE, arguments: { [HOSTILE]: HOSTILE } },
  { type: "tool.returned", ...returned, callId: HOSTILE, tool: HOSTILE, result: { [HOSTILE]: HOSTILE } },
  { type: "tool.returned", ...returned, callId: HOSTILE, tool: HOSTILE, error },
  { type: "approval.requested", ...effect, reason: HOSTILE },
  { type: "approval.decided", ...returned, decision: HOSTILE, by: HOSTILE },
  { type: "state.captured", changes: [{ path: HOSTILE }] },
  { type: "output.captured", stream: HOSTILE, text: HOSTILE, bytes: 9, isTruncated: true },
  { type: "fault.injected", on: HOSTILE, fault: HOSTILE },
  { type: "http.called", ...effect, method: HOSTILE, url: HOSTILE },
  { type: "message.sent", content: HOSTILE, witness: HOSTILE },
  { type: "message.received", from: HOSTILE, content: "x" },
  { type: "run.ended", outcome: HOSTILE, durationMs: 1, error },
);

const trial = (more: Partial<Trial> = {}) => sampleTrial(makeId<"eval-run">(), more);

test("text of agents, tools and cases cannot touch the terminal", () => {
  const verdicts = (["pass", "fail", "void"] as const).map((outcome) =>
    verdict({ name: HOSTILE, outcome, explanation: HOSTILE }),
  );
  const outcome = { kind: "void" as const, reason: "provider" as const, message: HOSTILE };
  const shown = renderTrials([{ trial: trial({ caseId: HOSTILE, outcome, verdicts }), events: everything }], false);
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
  // One line for the trial, one for each verdict, an empty one, one for each event.
  expect(shown.split("\n").length).toBe(1 + 3 + 1 + everything.length + 1);
});

test("a trial is its outcome, what each verdict rests on, and a timeline", () => {
  const events = log(
    { type: "run.started", schemaVersion: 1, agent: { name: "shop", version: "2" }, origin: "trial" },
    { type: "message.received", from: "user", content: "where is\norder 7?" },
    {
      type: "model.called",
      ...effect,
      provider: "p",
      model: "m",
      keptCount: 2,
      added: [{}],
      toolNames: [],
      atMs: stamp.atMs + 20,
    },
    {
      type: "model.returned",
      ...returned,
      costMicroUsd: 5,
      usage: { inputTokens: 10, outputTokens: 2 },
      message: { role: "assistant", content: "", toolRequests: [{ callId: "c", tool: "orders.get", arguments: {} }] },
    },
    { type: "tool.called", ...effect, callId: "c", tool: "orders.get", arguments: { id: 7 }, witness: "edge" },
    {
      type: "tool.returned",
      ...returned,
      callId: "c",
      tool: "orders.get",
      result: { total: 5 },
      atMs: stamp.atMs + 1500,
    },
    { type: "message.sent", content: "it costs 5" },
    { type: "state.captured", changes: [] },
    { type: "run.ended", outcome: "answered", durationMs: 1 },
  );
  const verdicts = [
    verdict(),
    verdict({
      name: "judge",
      outcome: "fail",
      explanation: "rude",
      evidence: [1, 2, 3, 4, 5, 6, 7, 8, 9],
      gates: false,
    }),
  ];
  const { runId: _runId, ...rest } = trial({ seed: 5, verdicts, outcome: { kind: "scored", isPass: false, score: 0 } });
  const shown = renderTrials([{ trial: { ...rest, runId: "RUN" as Trial["runId"] }, events }], false);
  expect(shown).toMatchInlineSnapshot(`
    "case #0  failed  1 tool call, 1 model call, cost unknown, seed 5, log RUN
      ✓ check: fine
      ✗ judge (reported only): rude [1, 2, 3, 4, 5, 6, 7, 8, …]

         0     0.00  started shop@2
         1     0.00  user: where is order 7?
         2     0.02  model m asked with 3 messages
         3     0.00  model answered with calls of orders.get (10 + 2 tokens)
         4     0.00  call orders.get {"id":7} (edge)
         5     1.50    orders.get returned {"total":5}
         6     0.00  agent: it costs 5
         7     0.00  state: unchanged
         8     0.00  ended: answered
    "
  `);
});

test("long text is cut and says how long it was; colours are only where they are wanted", () => {
  const events = log({ type: "message.sent", content: "x".repeat(5_000) });
  const shown = renderTrials([{ trial: trial(), events }], false);
  expect(shown).toContain(`${"x".repeat(300)}… (5000 characters)`);
  expect(shown).not.toContain("\u001b");
  expect(renderTrials([{ trial: trial(), events }], true)).toContain("\u001b[32mpassed\u001b[39m");
});

test("one message is not several", () => {
  const asked: RunEvent = {
    type: "model.called",
    seq: 0,
    atMs: 0,
    witness: "runtime",
    effect: 0,
    attempt: 1,
    provider: "p",
    model: "m",
    keptCount: 0,
    added: [{ role: "user", content: "hello" }],
    toolNames: [],
  };
  expect(renderTimeline([asked], false)).toContain("model m asked with 1 message\n");
});

test("a long text is not cut through the middle of a character", () => {
  const content = `${"x".repeat(299)}😀😀`;
  const said: RunEvent = { type: "message.sent", seq: 0, atMs: 0, witness: "runtime", content };
  expect(renderTimeline([said], false)).toContain(`${"x".repeat(299)}… (303 characters)\n`);
});
