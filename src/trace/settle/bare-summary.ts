import type { ObservedSpan, TraceSummary } from "../../domain/index.ts";
import type { UnsettledTrace } from "../../store/index.ts";

/** What is said of a trace that could not be read: that it is there, and that nobody knows more. */
export function bareSummary(known: {
  readonly trace: UnsettledTrace;
  readonly spans: readonly ObservedSpan[];
  readonly nowMs: number;
}): TraceSummary {
  const { trace, spans, nowMs } = known;
  const startedMs = spans.map(({ startNs }) => Number(startNs) / 1e6).filter((ms) => Number.isFinite(ms));
  return {
    runId: trace.runId,
    traceId: trace.traceId,
    origin: "observed",
    session: null,
    agent: { name: "unknown", version: "unknown" },
    user: null,
    models: [],
    tools: [],
    startedAtMs: startedMs.reduce((first, ms) => Math.min(first, ms), startedMs[0] ?? nowMs),
    durationMs: 0,
    outcome: "unknown",
    costMicroUsd: null,
    inputTokens: null,
    outputTokens: null,
    modelCallCount: 0,
    toolCallCount: 0,
    errorCount: 0,
    spanCount: spans.length,
    findings: [
      {
        detector: "trace-not-read",
        severity: "low",
        explanation: "Its spans could not be read as a log.",
        evidence: [],
      },
    ],
    title: "",
  };
}
