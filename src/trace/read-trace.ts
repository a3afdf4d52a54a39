import type { Feedback, RunEvent, TraceSummary } from "../domain/index.ts";
import type { Id } from "../kernel/index.ts";
import type { PriceTable } from "../model/pricing/index.ts";
import { type AgentRules, detect } from "./detectors/index.ts";
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
}

/** Reads traces as a settler does: their log, what is known of it, what was found in it. */
export function traceReader({ prices, rulesOf }: ReadingOptions = {}): ReadTrace {
  return ({ traceId, runId, spans }) => {
    const { events } = buildObservedLog(spans, prices && { prices });
    const { summary, words } = readLog(events, { runId, ...(rulesOf && { rulesOf }) });
    // Also of a trace whose spans made no log.
    return { summary: { ...summary, traceId, spanCount: spans.length }, words };
  };
}

/** What lists know of a run whose whole log is at hand. */
export function readLog(
  events: readonly RunEvent[],
  place: { readonly runId: Id<"run">; readonly feedback?: readonly Feedback[] } & Pick<ReadingOptions, "rulesOf">,
): TraceReading {
  const { runId, feedback, rulesOf } = place;
  const started = events.find((event) => event.type === "run.started");
  const rules = started && rulesOf?.(started.agent.name);
  const findings = detect({ events, ...(feedback && { feedback }), ...(rules && { rules }) });
  return { summary: summarizeTrace(events, { runId, findings }), words: wordsText(events) };
}
