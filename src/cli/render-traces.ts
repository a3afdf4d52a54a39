import { formatMicroUsd, type TraceSummary } from "../domain/index.ts";
import { countNoun, firstCharacters } from "../kernel/index.ts";
import { renderTable, renderTime } from "./render-table.ts";

/** Texts are as long as whoever sent them wanted. */
const CELL_CHARACTERS_MAX = 48;
const LINE_CHARACTERS_MAX = 300;

/** One line for each; the worst finding says what to look at. */
export function renderTraces(traces: readonly TraceSummary[]): string {
  return renderTable(traces.map(cellsOf));
}

function cellsOf(trace: TraceSummary): string[] {
  const { runId, origin, agent, startedAtMs, durationMs, outcome, costMicroUsd, title } = trace;
  return [
    runId,
    renderTime(startedAtMs),
    origin,
    cut(`${agent.name}@${agent.version}`, CELL_CHARACTERS_MAX),
    outcome,
    `${(durationMs / 1_000).toFixed(1)} s`,
    costMicroUsd === null ? "-" : formatMicroUsd(costMicroUsd),
    sayFindings(trace),
    cut(title, CELL_CHARACTERS_MAX),
  ];
}

function cut(text: string, charactersMax: number): string {
  return text.length > charactersMax ? `${firstCharacters(text, charactersMax - 1)}…` : text;
}

const RANKS = { high: 0, medium: 1, low: 2 } as const;

function sayFindings({ findings }: TraceSummary): string {
  const [worst] = findings.toSorted((left, right) => RANKS[left.severity] - RANKS[right.severity]);
  if (worst === undefined) return "-";
  return findings.length === 1 ? worst.detector : `${worst.detector} +${findings.length - 1}`;
}

/** What is known of one run, above its timeline. */
export function renderTraceHead(trace: TraceSummary): string {
  const { runId, traceId, origin, session, agent, user, models, startedAtMs, durationMs, outcome } = trace;
  const { costMicroUsd, inputTokens, outputTokens, modelCallCount, toolCallCount, errorCount } = trace;
  const cost = costMicroUsd === null ? "cost unknown" : formatMicroUsd(costMicroUsd);
  const tokens = inputTokens === null ? "tokens unknown" : `${inputTokens} + ${outputTokens ?? "?"} tokens`;
  const calls = `${countNoun(modelCallCount, "model call")}, ${countNoun(toolCallCount, "tool call")}, ${countNoun(errorCount, "error")}`;
  const rows = [
    ["run", runId],
    ...(traceId === null ? [] : [["trace", traceId]]),
    ["agent", `${agent.name}@${agent.version} (${origin})`],
    ...(user === null ? [] : [["user", user]]),
    ...(session === null ? [] : [["session", session]]),
    ...(models.length === 0 ? [] : [["models", models.join(", ")]]),
    ["began", `${renderTime(startedAtMs)}, took ${(durationMs / 1_000).toFixed(1)} s, ${outcome}`],
    ["spent", `${cost}, ${tokens}; ${calls}`],
    ...trace.findings.map(({ severity, detector, explanation, evidence }) => [
      severity,
      `${detector}: ${explanation} [${evidence.slice(0, 8).join(", ")}${evidence.length > 8 ? ", …" : ""}]`,
    ]),
  ];
  return renderTable(rows.map((row) => row.map((cell) => cut(cell, LINE_CHARACTERS_MAX))));
}
