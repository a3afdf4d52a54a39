import type { Feedback, ObservedSpan, TraceSummary } from "../domain/index.ts";
import { makeId } from "./sample-records.ts";

/** A trace id nobody had before: 32 hexadecimal digits. */
export function newTraceId(): string {
  return Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join("");
}

/** A span with nothing special about it. */
export function sampleSpan(traceId: string, more: Partial<ObservedSpan> = {}): ObservedSpan {
  return {
    traceId,
    spanId: "00f067aa0ba902b7",
    name: "chat m",
    kind: 3,
    startNs: "1700000000000000000",
    endNs: "1700000001000000000",
    attributes: { "gen_ai.operation.name": "chat", half: "\ud800", nul: "\u0000", list: [1, null, { a: "b" }] },
    resource: { "service.name": "shop" },
    ...more,
  };
}

/** A summary with nothing special about it. */
export function sampleSummary(more: Partial<TraceSummary> = {}): TraceSummary {
  return {
    runId: makeId(),
    traceId: null,
    origin: "observed",
    session: null,
    agent: { name: "support", version: "1" },
    user: null,
    models: ["m-1"],
    tools: ["orders.get"],
    startedAtMs: 1_700_000_000_000.25,
    durationMs: 1_500.5,
    outcome: "answered",
    costMicroUsd: null,
    inputTokens: 10,
    outputTokens: null,
    modelCallCount: 1,
    toolCallCount: 1,
    errorCount: 0,
    spanCount: 2,
    findings: [],
    title: "Where is my order? \ud800",
    ...more,
  };
}

export function sampleFeedback(more: Partial<Feedback> = {}): Feedback {
  return {
    id: makeId(),
    runId: makeId(),
    atMs: 1_000.5,
    kind: "rating",
    name: "helpful",
    score: 0.25,
    by: "ada",
    ...more,
  };
}
