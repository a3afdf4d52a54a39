import { expect, test } from "vitest";
import { logOf, type LogEntry } from "../../log/index.ts";
import { summarizeTrace } from "./summarize-trace.ts";
import { wordsText } from "./words-text.ts";

const witness = "runtime" as const;
const started: LogEntry = {
  type: "run.started",
  atMs: 1000,
  witness,
  schemaVersion: 1,
  agent: { name: "desk", version: "2" },
  origin: "live",
  user: { id: "ada", grants: [] },
  sessionId: "s1",
};
const runId = "run_1" as never;

/** A live run with a tool that failed, a model that failed once, and its repeated attempt. */
const live = logOf([
  started,
  { type: "message.received", atMs: 1000, witness, from: "user", content: `Refund  W1,\nplease ${"x".repeat(200)}` },
  {
    type: "model.called",
    atMs: 1001,
    witness,
    effect: 0,
    attempt: 1,
    provider: "p",
    model: "m",
    keptCount: 0,
    added: [],
    toolNames: [],
  },
  {
    type: "model.returned",
    atMs: 1002,
    witness,
    effect: 0,
    durationMs: 1,
    model: "m-1",
    message: { role: "assistant", content: "Let me look." },
    usage: { inputTokens: 5, outputTokens: 2 },
    costMicroUsd: 7,
  },
  {
    type: "tool.called",
    atMs: 1003,
    witness,
    effect: 1,
    attempt: 1,
    callId: "c",
    tool: "refund",
    arguments: { order: "W1", schema: { of: "deep" } },
  },
  {
    type: "tool.returned",
    atMs: 1004,
    witness,
    effect: 1,
    durationMs: 1,
    callId: "c",
    tool: "refund",
    error: { name: "LockError", message: "locked" },
  },
  {
    type: "model.called",
    atMs: 1005,
    witness,
    effect: 2,
    attempt: 1,
    provider: "p",
    model: "m",
    keptCount: 0,
    added: [],
    toolNames: [],
  },
  {
    type: "model.returned",
    atMs: 1006,
    witness,
    effect: 2,
    durationMs: 1,
    costMicroUsd: null,
    error: { name: "RateLimited", message: "429" },
  },
  {
    type: "model.called",
    atMs: 1007,
    witness,
    effect: 2,
    attempt: 2,
    provider: "p",
    model: "m",
    keptCount: 0,
    added: [],
    toolNames: [],
  },
  {
    type: "model.returned",
    atMs: 1008,
    witness,
    effect: 2,
    durationMs: 1,
    costMicroUsd: null,
    error: { name: "RateLimited", message: "429" },
  },
  {
    type: "run.ended",
    atMs: 1009,
    witness,
    outcome: "failed",
    durationMs: 9,
    error: { name: "Exhausted", message: "gave up" },
  },
]);

test("a run of ours is summarised like any other", () => {
  expect(summarizeTrace(live, { runId })).toEqual({
    runId,
    traceId: null,
    origin: "live",
    session: "s1",
    agent: { name: "desk", version: "2" },
    user: "ada",
    models: ["m-1", "m"],
    tools: ["refund"],
    startedAtMs: 1000,
    durationMs: 9,
    outcome: "failed",
    costMicroUsd: 7,
    inputTokens: 5,
    outputTokens: 2,
    modelCallCount: 2,
    toolCallCount: 1,
    errorCount: 2,
    spanCount: 0,
    findings: [],
    title: `Refund W1, please ${"x".repeat(101)}…`,
  });
});

test("a log that tells nothing is not given an end or an owner", () => {
  const summary = summarizeTrace(
    logOf([{ ...started, origin: "observed", agent: { name: "unknown", version: "unknown" } }]),
    { runId },
  );
  expect(summary).toMatchObject({
    outcome: "unknown",
    costMicroUsd: null,
    inputTokens: null,
    errorCount: 0,
    title: "",
  });
});

test("a title is the first line's worth of words, however much space is between them", () => {
  const content = `${" ".repeat(400)}late${"\n".repeat(300)}words ${"y ".repeat(200)}`;
  const log = logOf([started, { type: "message.received", witness: "runtime", from: "user", content }]);
  expect(summarizeTrace(log, { runId }).title).toBe(`late words ${"y ".repeat(54)}…`);
});

test("a title is whole where nothing follows, and tells where something does, however far behind", () => {
  const titleOf = (content: string) =>
    summarizeTrace(logOf([started, { type: "message.received", witness: "runtime", from: "user", content }]), { runId })
      .title;
  expect(titleOf(`${"a".repeat(120)}${" ".repeat(200)}`)).toBe("a".repeat(120));
  expect(titleOf(`${"a".repeat(120)}${" ".repeat(200)}b`)).toBe(`${"a".repeat(119)}…`);
});

test("a run is found by what was said, called, given and wrong; not by the names of members", () => {
  const words = wordsText(live);
  for (const word of ["Refund  W1", "Let me look.", "refund", "W1", "deep", "locked", "429", "gave up", "ada", "m"]) {
    expect(words).toContain(word);
  }
  // An error is looked for by its kind too: that is what timelines and findings call it.
  for (const kind of ["LockError", "RateLimited", "Exhausted"]) expect(words).toContain(kind);
  expect(words).not.toContain("order");
  expect(wordsText(logOf([{ ...started, attributes: { tools: [{ name: "hidden" }], session: "found" } }]))).toMatch(
    /^(?!.*hidden).*found/s,
  );
});
