import type { RunEvent, TraceSummary } from "../../domain/index.ts";
import { usageOf } from "../../log/index.ts";
import { quantile } from "../../stats/index.ts";

/** What one run took, as spikes are measured; null is unknown. */
export interface RunFigures {
  readonly costMicroUsd: number | null;
  readonly durationMs: number | null;
  /** Model calls and tool calls. */
  readonly stepCount: number | null;
  /** Input tokens of a model call, on average. */
  readonly contextTokens: number | null;
}

/** The middle half of earlier runs. */
export interface Spread {
  /** Runs for which the figure is known. */
  readonly count: number;
  readonly quartile1: number;
  readonly median: number;
  readonly quartile3: number;
}

/** How an agent's earlier runs were; null where none told. */
export type AgentHistory = { readonly [Name in keyof RunFigures]: Spread | null };

export function agentHistoryOf(runs: readonly RunFigures[]): AgentHistory {
  const spread = (name: keyof RunFigures): Spread | null => {
    const values = runs.map((run) => run[name]).filter((value) => value !== null);
    if (values.length === 0) return null;
    const at = (q: number) => quantile(values, q);
    return { count: values.length, quartile1: at(0.25), median: at(0.5), quartile3: at(0.75) };
  };
  return {
    costMicroUsd: spread("costMicroUsd"),
    durationMs: spread("durationMs"),
    stepCount: spread("stepCount"),
    contextTokens: spread("contextTokens"),
  };
}

/** The same figures as `figuresOfRun` reads off the run's log. */
export function figuresOfSummary(summary: TraceSummary): RunFigures {
  const { costMicroUsd, durationMs, modelCallCount, toolCallCount, inputTokens } = summary;
  return {
    costMicroUsd,
    durationMs,
    stepCount: modelCallCount + toolCallCount,
    contextTokens: inputTokens === null || modelCallCount === 0 ? null : inputTokens / modelCallCount,
  };
}

export function figuresOfRun(events: readonly RunEvent[]): RunFigures {
  const usage = usageOf(events);
  const ended = events.findLast((event) => event.type === "run.ended");
  const modelEffects = new Set<number>();
  const toolEffects = new Set<number>();
  for (const event of events) {
    if (event.type === "model.called") modelEffects.add(event.effect);
    if (event.type === "tool.called") toolEffects.add(event.effect);
  }
  const { inputTokens } = usage;
  return {
    costMicroUsd: usage.costMicroUsd,
    durationMs: ended?.type === "run.ended" ? ended.durationMs : (events.at(-1)?.atMs ?? 0) - (events[0]?.atMs ?? 0),
    stepCount: modelEffects.size + toolEffects.size,
    contextTokens: inputTokens === null || modelEffects.size === 0 ? null : inputTokens / modelEffects.size,
  };
}
