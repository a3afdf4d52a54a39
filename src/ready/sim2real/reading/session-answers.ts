import type { LoggedRun } from "../logged-run.ts";

/**
 * Where a session is several runs, one per message: when the run before this one ended, so that the user's pace can be
 * read. By run id; runs without a session, and a session's first, are left out.
 */
export function answeredBefore(runs: readonly LoggedRun[]): ReadonlyMap<string, number> {
  const sessions = Map.groupBy(runs, ({ events }) => {
    const started = events.find((event) => event.type === "run.started");
    return started?.sessionId;
  });
  const answered = new Map<string, number>();
  for (const [sessionId, ofSession] of sessions) {
    if (sessionId === undefined) continue;
    const sorted = ofSession.toSorted((left, right) => (left.events[0]?.atMs ?? 0) - (right.events[0]?.atMs ?? 0));
    for (const [index, { runId }] of sorted.entries()) {
      const before = sorted[index - 1]?.events.at(-1);
      if (before) answered.set(runId, before.atMs);
    }
  }
  return answered;
}
