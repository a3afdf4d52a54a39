import type { Clock } from "../../kernel/index.ts";
import type { TraceStore } from "../../store/index.ts";
import { type AgentHistory, agentHistoryOf, figuresOfSummary } from "../../trace/detectors/index.ts";

/** Runs that an agent is measured against: its latest. */
const RUNS = 200;
const FRESH_MS = 60_000;
/** Agents that are remembered; names come from strangers. */
const AGENTS_MAX = 1_000;

/**
 * How agents' earlier runs were, for detectors that cannot wait: the answer is the one of a minute ago, and none the first
 * time.
 */
export function agentHistories({
  store,
  clock,
  onError,
}: {
  readonly store: Pick<TraceStore, "listTraces">;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}): (agent: string) => AgentHistory | undefined {
  const known = new Map<string, { readonly readAtMs: number; readonly history: AgentHistory | undefined }>();
  return (agent) => {
    const found = known.get(agent);
    const nowMs = clock.monotonicMs();
    if (found === undefined || nowMs - found.readAtMs > FRESH_MS) {
      if (known.size >= AGENTS_MAX) known.clear();
      known.set(agent, { readAtMs: nowMs, history: found?.history });
      store
        .listTraces({ agent, limit: RUNS })
        .then(
          (runs) => known.set(agent, { readAtMs: nowMs, history: agentHistoryOf(runs.map(figuresOfSummary)) }),
          onError,
        );
    }
    return found?.history;
  };
}
