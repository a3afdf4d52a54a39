import type { TraceToPull } from "../gap-report.ts";
import { shellWord } from "../say.ts";
import type { ShownCondition } from "./find-uncovered.ts";

/** More would be no shortlist; the rest comes to light when these are cases. */
const TRACES_MAX = 50;

/**
 * Few traces that show all conditions between them: each time the one that shows most of what is still open, the shorter
 * log where two show as much. The greedy choice takes at most ln(n) + 1 times as many as the fewest that could do.
 *
 * @param eventCounts length of each run's log by its id
 * @see V. Chvatal (1979), Math. Oper. Res. 4(3), 233-235
 */
export function chooseTraces(
  conditions: readonly ShownCondition[],
  eventCounts: ReadonlyMap<string, number>,
): TraceToPull[] {
  const openOf = new Map<string, Set<string>>();
  for (const { text, runIds } of conditions) {
    for (const runId of runIds) openOf.set(runId, (openOf.get(runId) ?? new Set()).add(text));
  }
  const lengthOf = (runId: string) => eventCounts.get(runId) ?? 0;
  const traces: TraceToPull[] = [];
  while (traces.length < TRACES_MAX) {
    let best: { runId: string; open: Set<string> } | undefined;
    for (const [runId, open] of openOf) {
      if (open.size === 0) continue;
      const more = best === undefined ? 1 : open.size - best.open.size;
      if (more > 0 || (more === 0 && isBefore(runId, best!.runId, lengthOf))) best = { runId, open };
    }
    if (best === undefined) break;
    const closed = [...best.open];
    traces.push({ runId: best.runId, conditions: closed, next: `aegis case from-trace ${shellWord(best.runId)}` });
    for (const open of openOf.values()) for (const text of closed) open.delete(text);
  }
  return traces;
}

function isBefore(left: string, right: string, lengthOf: (runId: string) => number): boolean {
  return lengthOf(left) < lengthOf(right) || (lengthOf(left) === lengthOf(right) && left < right);
}
