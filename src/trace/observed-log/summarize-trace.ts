import type { Finding, RunEvent, TraceSummary } from "../../domain/index.ts";
import { firstCharacters, type Id } from "../../kernel/index.ts";
import { durationOf, modelCallCount, prompts, toolCalls, usageOf } from "../../log/index.ts";

export interface SummaryPlace {
  readonly runId: Id<"run">;
  /** Of a log that was read from spans. */
  readonly spanCount?: number;
  readonly findings?: readonly Finding[];
}

const TITLE_LENGTH_MAX = 120;

/**
 * What lists and searches know of a run, read off its log: observed, live or a trial's.
 * @param events the whole log, not empty
 */
export function summarizeTrace(events: readonly RunEvent[], place: SummaryPlace): TraceSummary {
  const started = events.find((event) => event.type === "run.started");
  const ended = events.findLast((event) => event.type === "run.ended");
  const calls = toolCalls(events);
  const usage = usageOf(events);
  return {
    runId: place.runId,
    traceId: textOf(started?.attributes?.["traceId"]),
    origin: started?.origin ?? "observed",
    session: started?.sessionId ?? textOf(started?.attributes?.["session"]),
    agent: started?.agent ?? { name: "unknown", version: "unknown" },
    user: started?.user?.id ?? null,
    models: Object.keys(usage.perModel),
    tools: [...new Set(calls.map(({ called }) => called.tool))],
    startedAtMs: started?.atMs ?? events[0]?.atMs ?? 0,
    durationMs: durationOf(events),
    outcome: ended?.outcome ?? "unknown",
    costMicroUsd: usage.costMicroUsd,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    modelCallCount: modelCallCount(events),
    toolCallCount: calls.length,
    errorCount: calls.filter(({ isError }) => isError).length + failedEffects(events),
    spanCount: place.spanCount ?? 0,
    findings: place.findings ?? [],
    title: titleOf(events),
  };
}

/** Effects other than tool calls whose last attempt failed. */
function failedEffects(events: readonly RunEvent[]): number {
  const failed = new Map<number, boolean>();
  for (const event of events) {
    if (event.type === "tool.returned" || !event.type.endsWith(".returned") || !("effect" in event)) continue;
    if (event.effect !== undefined) failed.set(event.effect, "error" in event && event.error !== undefined);
  }
  return [...failed.values()].filter(Boolean).length;
}

function titleOf(events: readonly RunEvent[]): string {
  const received = events.find((event) => event.type === "message.received" && event.from === "user");
  const text = received?.type === "message.received" ? received.content : firstAsked(events);
  // Most begin with a title's worth of words.
  const start = oneLine(text.slice(0, TITLE_LENGTH_MAX * 2));
  const line = start.length > TITLE_LENGTH_MAX ? start : oneLine(text);
  return line.length <= TITLE_LENGTH_MAX ? line : `${firstCharacters(line, TITLE_LENGTH_MAX - 1)}…`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function firstAsked(events: readonly RunEvent[]): string {
  const [first] = prompts(events);
  const asked = first?.messages.find(({ role }) => role === "user");
  return asked?.role === "user" ? asked.content : "";
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
