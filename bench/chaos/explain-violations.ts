// What went wrong, with all it takes to understand it: the seed, and the logs of the runs concerned.
import type { ChaosResult } from "./run-chaos.ts";

const RUNS_MAX = 3;

export function explainViolations({ violations, evidence }: ChaosResult, seed: string): string {
  if (violations.length === 0) return "";
  const lines = violations.map(({ runId, what }) => `- ${runId === undefined ? "" : `run ${runId}: `}${what}`);
  const concerned = [...new Set(violations.flatMap(({ runId }) => runId ?? []))].slice(0, RUNS_MAX);
  const logs = concerned.map((id) => {
    const run = evidence.runs.find(({ accepted }) => accepted.id === id);
    const events = run?.events.map((event) => JSON.stringify(event)) ?? [];
    const arrivals = run?.arrivals.map((each) => JSON.stringify(each)) ?? [];
    const said = run?.accepted.said.map((each) => JSON.stringify(each)) ?? [];
    return [`run ${id}`, JSON.stringify(run?.record), ...events, "at the ledger:", ...arrivals, "said:", ...said].join(
      "\n",
    );
  });
  return [`${violations.length} violations; again with --seed ${seed}`, ...lines, "", ...logs].join("\n");
}
