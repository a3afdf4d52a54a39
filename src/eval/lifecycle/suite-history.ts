import type { CaseKind, EvalRun } from "../../domain/index.ts";
import type { PassCount } from "../../stats/index.ts";
import type { RunTrials } from "../compare/measured-cases.ts";
import { isScored, type ScoredTrial } from "../summary/scored-trial.ts";
import { type GroupBy, groupKey } from "./group-by.ts";

/** An eval run of a suite, with its trials. */
export interface HistoryRun extends RunTrials {
  /** Names the system prompt its logs begin with; null where no log tells, left out where nobody looked. */
  readonly prompt?: string | null;
}

/** A run that says nothing of the suite as it is, and why. */
export interface LeftOutRun {
  readonly run: string;
  readonly because: string;
}

/** All eval runs of a suite, in the order of time, put together by what they have in common. */
export interface SuiteHistory {
  readonly suite: string;
  readonly by: GroupBy;
  /** In the order in which each was last run. */
  readonly groups: readonly HistoryGroup[];
  readonly leftOut: readonly LeftOutRun[];
}

export interface HistoryGroup {
  readonly label: string;
  readonly runs: readonly EvalRun[];
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Cases with a scored trial, by `caseKey`. */
  readonly cases: ReadonlyMap<string, GroupCase>;
}

/** One case, as it was worded and checked at a time, in one group. */
export interface GroupCase extends PassCount {
  readonly id: string;
  readonly key: string;
  readonly kind: CaseKind;
  readonly requiredPassRate: number;
  /** Of the case, of the suite's checks and settings, and of its judges. */
  readonly hashes: { readonly case: string; readonly suite: string; readonly judge: string };
  readonly runs: readonly string[];
  readonly trials: readonly ScoredTrial[];
}

/** Void trials are left out everywhere, and so are runs that chose their cases by how they had ended or disturbed them. */
export function suiteHistory(
  runs: readonly HistoryRun[],
  { suite, by, agent }: { readonly suite: string; readonly by: GroupBy; readonly agent?: string },
): SuiteHistory {
  const ordered = runs.toSorted(({ run: a }, { run: b }) => a.startedAtMs - b.startedAtMs || (a.id < b.id ? -1 : 1));
  const leftOut: LeftOutRun[] = [];
  const groups = new Map<string, HistoryRun[]>();
  const agents = new Set(ordered.map(({ run }) => run.agent.name));
  for (const each of ordered) {
    const because = reasonToLeaveOut(each.run, agent);
    if (because !== undefined) {
      leftOut.push({ run: each.run.name, because });
      continue;
    }
    const key = groupKey(each, { by, isOneAgent: agent !== undefined || agents.size === 1 });
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  const made = [...groups].map(([label, members]) => historyGroup(label, members));
  return {
    suite,
    by,
    leftOut,
    groups: made.toSorted((a, b) => a.lastAtMs - b.lastAtMs || (a.label < b.label ? -1 : 1)),
  };
}

/**
 * The same case: the same question under the same checks and judges. Where one of them was changed, earlier results
 * were about something else.
 */
export function caseKey(run: Pick<EvalRun, "hashes">, one: { readonly id: string; readonly hash: string }): string {
  return JSON.stringify([one.id, one.hash, run.hashes.suite, run.hashes.judge]);
}

function reasonToLeaveOut(run: EvalRun, agent: string | undefined): string | undefined {
  if (run.status !== "finished") return `it is ${run.status}`;
  if (agent !== undefined && run.agent.name !== agent) return `it ran another agent, ${run.agent.name}`;
  // Cases chosen because they failed do better the next time by chance alone.
  if (run.attributes["failing"] === true) return "it ran only cases that had failed before";
  const faults = run.attributes["faults"];
  if (Array.isArray(faults) && faults.length > 0) return `it ran under faults: ${faults.join(", ")}`;
  return undefined;
}

function historyGroup(label: string, members: readonly HistoryRun[]): HistoryGroup {
  const cases = new Map<string, GroupCase>();
  for (const { run, trials } of members) {
    const byCase = Map.groupBy(trials.filter(isScored), ({ caseId }) => caseId);
    for (const asked of run.cases) {
      const scored = byCase.get(asked.id) ?? [];
      if (scored.length === 0) continue;
      const key = caseKey(run, asked);
      const before = cases.get(key);
      const all = [...(before?.trials ?? []), ...scored];
      cases.set(key, {
        id: asked.id,
        key,
        kind: asked.kind,
        requiredPassRate: asked.passRate,
        hashes: { case: asked.hash, suite: run.hashes.suite, judge: run.hashes.judge },
        passed: all.filter(({ outcome }) => outcome.isPass).length,
        total: all.length,
        runs: [...(before?.runs ?? []), run.name],
        trials: all,
      });
    }
  }
  const runs = members.map(({ run }) => run);
  const starts = runs.map(({ startedAtMs }) => startedAtMs);
  return { label, runs, cases, firstAtMs: Math.min(...starts), lastAtMs: Math.max(...starts) };
}
