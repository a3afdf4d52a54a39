import { expect, test } from "vitest";
import type { Finding, Verdict } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import { type LogEntry, logOf } from "../../log/index.ts";
import { decodeTraceJson, decodeTraceProtobuf, encodeTraceJson, encodeTraceProtobuf } from "../wire/index.ts";
import { spansOfRun, traceIdOfRun } from "./spans-of-run.ts";

const runId = "01JD00000000000000000000R1" as Id<"run">;
const witness = "runtime";
const entries: LogEntry[] = [
  {
    type: "run.started",
    schemaVersion: 1,
    agent: { name: "support", version: "7" },
    origin: "live",
    sessionId: "session-1",
    witness,
    atMs: 1_763_720_000_000,
  },
  { type: "message.received", from: "user", content: "secret question", witness },
  {
    type: "model.called",
    effect: 0,
    attempt: 1,
    provider: "acme",
    model: "small",
    keptCount: 0,
    added: [{ role: "user", content: "secret question" }],
    toolNames: ["orders.get"],
    settings: { temperature: 1, seed: 4 },
    witness,
    atMs: 1_763_720_000_001.25,
  },
  {
    type: "model.returned",
    effect: 0,
    durationMs: 7.5,
    finishReason: "tool-calls",
    message: {
      role: "assistant",
      content: "",
      toolRequests: [{ callId: "c1", tool: "orders.get", arguments: { id: "W1" } }],
    },
    usage: { inputTokens: 10, outputTokens: 2 },
    costMicroUsd: 100,
    witness,
  },
  {
    type: "tool.called",
    effect: 1,
    attempt: 1,
    callId: "c1",
    tool: "orders.get",
    arguments: { id: "W1" },
    witness,
    atMs: 1_763_720_000_020,
  },
  {
    type: "tool.returned",
    effect: 1,
    callId: "c1",
    tool: "orders.get",
    durationMs: 5,
    error: { name: "Timeout", message: "too slow" },
    witness,
  },
  { type: "sleep.called", effect: 2, attempt: 1, ms: 10, witness, atMs: 1_763_720_000_030 },
  { type: "message.sent", content: "secret answer", witness },
  { type: "run.ended", outcome: "answered", durationMs: 50, witness, atMs: 1_763_720_000_050 },
];
const events = logOf(entries);
const verdict: Verdict = {
  name: "refund-correct",
  source: "check",
  outcome: "fail",
  score: 0,
  explanation: "Refunded twice.",
  evidence: [4, 5],
  witness,
  gates: true,
};
const finding: Finding = {
  detector: "no-progress-repeat",
  severity: "medium",
  explanation: "Asked the same thing 4 times.",
  evidence: [4],
};

test("a run is a trace: its effects under it, named, timed and numbered by the log", () => {
  const [run, ...children] = spansOfRun({ runId, events });
  expect(run).toMatchObject({
    traceId: traceIdOfRun(runId),
    name: "invoke_agent support",
    kind: 1,
    startNs: "1763720000000000000",
    endNs: "1763720000050000000",
    status: { code: "ok" },
    resource: { "service.name": "aegis" },
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "support",
      "gen_ai.conversation.id": "session-1",
      "aegis.run.id": runId,
    },
  });
  expect(run).not.toHaveProperty("parentSpanId");
  expect(children.map(({ name, kind, startNs, endNs }) => ({ name, kind, startNs, endNs }))).toEqual([
    { name: "chat small", kind: 3, startNs: "1763720000001250000", endNs: "1763720000008750000" },
    { name: "execute_tool orders.get", kind: 1, startNs: "1763720000020000000", endNs: "1763720000025000000" },
    { name: "sleep", kind: 1, startNs: "1763720000030000000", endNs: undefined },
  ]);
  expect(children.every((span) => span.parentSpanId === run?.spanId && span.traceId === run?.traceId)).toBe(true);
  expect(children.every((span) => span.attributes["gen_ai.conversation.id"] === "session-1")).toBe(true);
  expect(children[1]?.status).toEqual({ code: "error", message: "too slow" });
  expect(children[2]).not.toHaveProperty("status");
  expect(children[0]).toMatchObject({
    attributes: { "gen_ai.usage.input_tokens": 10, "gen_ai.response.finish_reasons": ["tool-calls"] },
    types: { 'attributes["gen_ai.request.temperature"]': "double" },
  });
});

test("ids are those of OTLP, differ from span to span and from run to run, and are the same every time", () => {
  const other = spansOfRun({ runId: "01JD00000000000000000000R2" as Id<"run">, events });
  const spans = spansOfRun({ runId, events });
  expect(spansOfRun({ runId, events })).toEqual(spans);
  const ids = [...spans, ...other].map(({ spanId }) => spanId);
  expect(new Set(ids).size).toBe(8);
  expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  expect(new Set([...spans, ...other].map(({ traceId }) => traceId)).size).toBe(2);
  // Whoever kept a trace's id finds it again after an update.
  expect(traceIdOfRun(runId)).toMatchInlineSnapshot(`"f1b67f2c8da898e3d56e93746d1bdb61"`);
});

test("what was said is told only when asked for, and then as JSON text", () => {
  expect(JSON.stringify(spansOfRun({ runId, events }))).not.toMatch(/secret|W1/);
  const [run, model, tool] = spansOfRun({ runId, events }, { withContent: true });
  const parsed = (value: unknown) => JSON.parse(String(value)) as unknown;
  const question = [{ role: "user", parts: [{ type: "text", content: "secret question" }] }];
  expect(parsed(run?.attributes["gen_ai.input.messages"])).toEqual(question);
  expect(parsed(model?.attributes["gen_ai.input.messages"])).toEqual(question);
  expect(parsed(model?.attributes["gen_ai.output.messages"])).toEqual([
    {
      role: "assistant",
      parts: [{ type: "tool_call", id: "c1", name: "orders.get", arguments: { id: "W1" } }],
      finish_reason: "tool-calls",
    },
  ]);
  expect(tool?.attributes["gen_ai.tool.call.arguments"]).toBe('{"id":"W1"}');
});

test("verdicts and findings are evaluation results of the run", () => {
  const undecided: Verdict = { ...verdict, name: "tone", source: "judge", outcome: "void", score: null };
  const [run] = spansOfRun({ runId, events, verdicts: [verdict, undecided], findings: [finding] });
  expect(run?.events).toEqual([
    {
      name: "gen_ai.evaluation.result",
      timeNs: "1763720000050000000",
      attributes: {
        "gen_ai.evaluation.name": "refund-correct",
        "gen_ai.evaluation.score.value": 0,
        "gen_ai.evaluation.score.label": "fail",
        "gen_ai.evaluation.explanation": "Refunded twice.",
        "aegis.evaluation.source": "check",
        "aegis.evaluation.gates": true,
        "aegis.evaluation.evidence": [4, 5],
      },
    },
    expect.objectContaining({
      attributes: expect.objectContaining({ "gen_ai.evaluation.score.label": "void", "error.type": "void" }) as object,
    }) as object,
    expect.objectContaining({
      attributes: {
        "gen_ai.evaluation.name": "no-progress-repeat",
        "gen_ai.evaluation.score.label": "medium",
        "gen_ai.evaluation.explanation": "Asked the same thing 4 times.",
        "aegis.evaluation.source": "detector",
        "aegis.evaluation.evidence": [4],
      },
    }) as object,
  ]);
  expect(run?.events?.[1]?.attributes).not.toHaveProperty("gen_ai.evaluation.score.value");
});

test("what is sent is read again as it was, in both encodings", () => {
  const spans = spansOfRun({ runId, events, verdicts: [verdict], findings: [finding] }, { withContent: true });
  expect(spans).toHaveLength(4);
  expect(decodeTraceProtobuf(encodeTraceProtobuf(spans)).spans).toEqual(spans);
  expect(decodeTraceJson(encodeTraceJson(spans)).spans).toEqual(spans);
});

test("a run that failed says why; an empty log is no trace", () => {
  const failed = entries.slice(0, -1).concat({
    type: "run.ended",
    outcome: "failed",
    durationMs: 1,
    error: { name: "Boom", message: "it broke" },
    witness,
  });
  const [run] = spansOfRun({ runId, events: logOf(failed) });
  expect(run?.status).toEqual({ code: "error", message: "it broke" });
  expect(spansOfRun({ runId, events: [] })).toEqual([]);
});
