import type { Feedback, RunEvent, TraceSummary } from "../domain/index.ts";
import type { Id } from "../kernel/index.ts";
import type { PriceTable } from "../model/pricing/index.ts";
import { type AgentHistory, type AgentRules, detect } from "./detectors/index.ts";
import { buildObservedLog } from "./observed-log/build-observed-log.ts";
import { summarizeTrace } from "./observed-log/summarize-trace.ts";
import { wordsText } from "./observed-log/words-text.ts";
import type { ReadTrace } from "./settle/index.ts";

export interface TraceReading {
  readonly summary: TraceSummary;
  /** What it is found by. */
  readonly words: string;
}

export interface ReadingOptions {
  readonly prices?: PriceTable;
  /** What the agent of this name has declared. */
  readonly rulesOf?: (agent: string) => AgentRules | undefined;
  /** How earlier runs of the agent of this name were. */
  readonly historyOf?: (agent: string) => AgentHistory | undefined;
}

/** Reads traces as a settler does: their log, what is known of it, what was found in it. */
export function traceReader({ prices, ...known }: ReadingOptions = {}): ReadTrace {
  return ({ traceId, runId, spans, feedback }) => {
    const { events } = buildObservedLog(spans, prices && { prices });
    const { summary, words } = readLog(events, { ...known, runId, feedback });
    // Also of a trace whose spans made no log.
    return { summary: { ...summary, traceId, spanCount: spans.length }, words };
  };
}

/** What lists know of a run whose whole log is at hand. */
export function readLog(
  events: readonly RunEvent[],
  place: { readonly runId: Id<"run">; readonly feedback?: readonly Feedback[] } & Omit<ReadingOptions, "prices">,
): TraceReading {
  const { runId, feedback, rulesOf, historyOf } = place;
  const agent = events.find((event) => event.type === "run.started")?.agent.name;
  const rules = agent === undefined ? undefined : rulesOf?.(agent);
  const history = agent === undefined ? undefined : historyOf?.(agent);
  const findings = detect({
    events,
    ...(feedback && { feedback }),
    ...(rules && { rules }),
    ...(history && { history }),
  });
  return { summary: summarizeTrace(events, { runId, findings }), words: wordsText(events) };
}
