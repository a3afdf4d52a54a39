import type { RunEvent, Trial } from "../src/domain/index.ts";
import type { Store } from "../src/store/index.ts";

/** What must be the same wherever a trial was performed: everything but times and ids. */
export async function outlines(store: Store, trials: readonly Trial[]) {
  const read = trials.map(async ({ runId, caseId, attemptIndex, seed, isolation, outcome, verdicts, metrics }) => ({
    trial: `${caseId} #${attemptIndex}`,
    seed,
    isolation,
    outcome,
    verdicts: verdicts.map(({ name, outcome: verdict, explanation }) => [name, verdict, timeless(explanation)]),
    tools: metrics.tools,
    log: (await store.read(runId, { limit: 1_000 })).map(step),
  }));
  return (await Promise.all(read)).toSorted((left, right) => left.trial.localeCompare(right.trial));
}

function timeless(text: string): string {
  return text.replaceAll(/\d+(\.\d+)? m?s\b/g, "some time");
}

/** An event without when it was, and without what is drawn anew for each trial. */
function step(event: RunEvent) {
  return JSON.parse(JSON.stringify(event, (key, value: unknown) => (FRESH.has(key) ? undefined : value))) as unknown;
}

const FRESH = new Set(["atMs", "durationMs", "idempotencyKey", "callId"]);
