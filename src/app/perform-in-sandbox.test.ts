import { expect, onTestFinished, test } from "vitest";
import { openApp } from "./open-app.ts";
import { makeProject } from "./project.test-kit.ts";
import { runEval } from "./run-eval.ts";

/** Writes lines of its own to the channel before it does something. */
const agent = (lines: readonly unknown[], last: string) => `
import { writeSync } from "node:fs";
import { defineAgent } from "aegis";
const run = () => {
  for (const line of ${JSON.stringify(lines)}) writeSync(3, (typeof line === "string" ? line : JSON.stringify(line)) + "\\n");
  ${last}
};
export default defineAgent({ name: "forger", version: "1", run });
`;
const SUITE = "name: forged\nagent: forger\nisolation: process\ntrials: 1\ncases: [{ id: one, input: hi }]\n";

/** One trial of such an agent, at level process. */
async function tryOnce(lines: readonly unknown[], last = 'return "done";') {
  const folder = makeProject({ "agents/forger.mjs": agent(lines, last), "evals/suite.yaml": SUITE });
  const app = await openApp({ cwd: folder, env: {}, storePath: ":memory:" });
  onTestFinished(() => app[Symbol.asyncDispose]());
  const { trials } = await runEval(app, {});
  const [trial] = trials;
  const events = trial ? await (await app.store()).read(trial.runId) : [];
  return { outcome: trial?.outcome, metrics: trial?.metrics, events, types: events.map(({ type }) => type) };
}

const stamp = { atMs: 1, witness: "runtime" };
const event = (body: object) => ({ event: { ...stamp, ...body } });
const model = { type: "model.returned", effect: 0, durationMs: 1, costMicroUsd: null };
const tool = { type: "tool.called", effect: 0, attempt: 1, callId: "c", tool: "t", arguments: {} };
const returned = { type: "tool.returned", effect: 0, durationMs: 1, callId: "c", tool: "t" };
const PLAIN = "run.started message.received message.sent run.ended sandbox.closed";

// Each has all fields a glance would look for, and one that would break whoever reads it.
test("events that are none do not get into the log, and break nobody", async () => {
  const { types, outcome } = await tryOnce([
    "not json",
    "[1]",
    '"text"',
    "null",
    { event: null },
    { event: [] },
    { event: { type: "no.such" } },
    event({ type: "run.started", schemaVersion: 1, agent: {}, origin: "trial" }),
    event({ type: "run.started", schemaVersion: 1, agent: { name: "n", version: "1" }, origin: "trial", tools: 5 }),
    event({
      type: "run.started",
      schemaVersion: 1,
      agent: { name: "n", version: "1" },
      origin: "trial",
      tools: [null],
    }),
    event({ ...model, error: {} }),
    event({ ...model, error: "text" }),
    event({ ...model, error: { name: 5, message: "x" } }),
    event({ ...model, message: {} }),
    event({ ...model, message: { role: "assistant", content: 5 } }),
    event({ ...model, message: { role: "assistant", content: "x", toolRequests: {} } }),
    event({ ...model, message: { role: "assistant", content: "x", toolRequests: [null] } }),
    event({ ...model, usage: 5 }),
    event({ ...model, usage: { inputTokens: "many" } }),
    event({ ...model, costMicroUsd: "free" }),
    event({
      type: "model.called",
      effect: 0,
      attempt: 1,
      provider: "p",
      model: "m",
      keptCount: 0,
      toolNames: [],
      added: [null],
    }),
    event({
      type: "model.called",
      effect: 0,
      attempt: 1,
      provider: "p",
      model: "m",
      keptCount: 0,
      toolNames: [1],
      added: [],
    }),
    event({ ...tool, declaration: 5 }),
    event({ type: "state.captured", changes: [null] }),
    event({ type: "approval.decided", effect: 0, durationMs: 1, decision: "maybe", by: "me" }),
    event({ type: "message.received", from: "\u001b[2J", content: "x" }),
    event({ type: "output.captured", stream: "x", text: "x", bytes: 1, isTruncated: "no" }),
    event({ type: "run.ended", outcome: "perfect", durationMs: 1 }),
    event({ type: "run.ended", outcome: "failed", durationMs: 1, error: {} }),
    { event: { ...returned, atMs: 1, witness: "oracle" } },
    { event: { ...model, atMs: "now", witness: "runtime" } },
    { state: 5 },
  ]);
  expect(types.join(" ")).toBe(PLAIN);
  expect(outcome).toMatchObject({ kind: "scored", isPass: true });
});

test("nobody but the edge speaks for the edge", async () => {
  const { types } = await tryOnce([
    { event: { ...tool, atMs: 1, witness: "edge" } },
    { event: { ...tool, atMs: 1, witness: "person" } },
  ]);
  expect(types.join(" ")).toBe(PLAIN);
});

test("whole events are taken, nothing after the end", async () => {
  const failed = { name: "Error", message: "x", status: 500 };
  const { events, types } = await tryOnce(
    [
      event({
        ...tool,
        declaration: {
          name: "t",
          risk: "read",
          isIdempotent: true,
          needsApproval: false,
          permissions: [],
          purpose: "retrieval",
        },
      }),
      event({ ...returned, error: failed, sources: [{ id: "doc" }], labels: ["pii"] }),
      event({
        ...model,
        message: { role: "assistant", content: "x", toolRequests: [{ callId: "c", tool: "t", arguments: {} }] },
        usage: { inputTokens: 1 },
      }),
      {
        event: {
          type: "approval.decided",
          effect: 1,
          durationMs: 1,
          decision: "denied",
          by: "ana",
          atMs: 1,
          witness: "person",
        },
      },
      event({ type: "run.ended", outcome: "failed", durationMs: 1, error: failed }),
      event({ type: "message.sent", content: "too late" }),
    ],
    "process.exit(0);",
  );
  expect(types.join(" ")).toBe(
    "run.started message.received tool.called tool.returned model.returned approval.decided run.ended sandbox.closed",
  );
  expect(events[3]).toMatchObject({ error: failed, sources: [{ id: "doc" }], labels: ["pii"] });
});

test.each([
  { why: "leaves by itself", last: "process.exit(3);", says: "exit code 3" },
  { why: "is killed", last: 'process.kill(process.pid, "SIGKILL");', says: "was killed" },
  { why: "throws", last: 'throw new Error("no luck");', says: "no luck" },
])("an agent that $why fails its trial, and what it did before stays", async ({ last, says }) => {
  const { events, outcome } = await tryOnce([event(tool)], last);
  expect(outcome).toMatchObject({ kind: "scored", isPass: false });
  expect(events.some(({ type }) => type === "tool.called")).toBe(true);
  const end = events.find((each) => each.type === "run.ended");
  expect(end?.error?.message).toContain(says);
});

// Its time would be two minutes: without the limit this test runs out of its own.
test("an agent that goes round for ever is ended by the number of its events", async () => {
  const endless = `for (let n = 0; ; n += 1) writeSync(3, JSON.stringify({ event: { ...${JSON.stringify(stamp)}, type: "clock.read", effect: n, valueMs: n } }) + "\\n");`;
  const { outcome, metrics } = await tryOnce([], endless);
  expect(outcome).toMatchObject({ kind: "scored", isPass: false });
  expect(metrics?.toolCallCount).toBe(0);
});
