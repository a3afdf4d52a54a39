import type { Finding, RunEvent } from "../../domain/index.ts";
import { toolCalls } from "../../log/index.ts";

/** A run of an incident, and what was found in it. */
export interface IncidentRun {
  readonly runId: string;
  readonly events: readonly RunEvent[];
  readonly findings: readonly Finding[];
}

export interface IncidentGroup<Run extends IncidentRun> {
  /** The one to make a case of: the shortest. */
  readonly chosen: Run;
  /** All that failed in the same way, the chosen one included. */
  readonly runs: readonly Run[];
  readonly signature: string;
}

/**
 * Runs that failed in the same way, by what was found and by the tools that were called: how often one was called in a
 * row, and with what, makes no other way. Groups in the order of their first run.
 */
export function groupIncident<Run extends IncidentRun>(runs: readonly Run[]): IncidentGroup<Run>[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const signature = signatureOf(run);
    const group = groups.get(signature);
    if (group) group.push(run);
    else groups.set(signature, [run]);
  }
  return [...groups].map(([signature, members]) => ({ signature, runs: members, chosen: shortest(members) }));
}

function signatureOf({ events, findings }: IncidentRun): string {
  const kinds = [...new Set(findings.map(({ detector }) => detector))].sort();
  const steps = toolCalls(events).map(({ called, isError }) => `${called.tool}${isError ? " failed" : ""}`);
  const shape = steps.filter((step, index) => step !== steps[index - 1]);
  return `${kinds.join(", ") || "nothing found"}: ${shape.join(" > ") || "no tool called"}`;
}

function shortest<Run extends IncidentRun>(runs: readonly Run[]): Run {
  const [first, ...rest] = runs as readonly [Run, ...Run[]];
  return rest.reduce((best, run) => {
    const isShorter = run.events.length < best.events.length;
    return isShorter || (run.events.length === best.events.length && run.runId < best.runId) ? run : best;
  }, first);
}
