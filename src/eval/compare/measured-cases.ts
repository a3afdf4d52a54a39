import type { CaseKind, EvalRun, Trial } from "../../domain/index.ts";
import type { CaseSummary } from "../summary/run-summary.ts";
import type { PairedCases } from "./pair-cases.ts";
import { type BehaviourPair, behavioursByCase } from "./trial-behaviour.ts";

/** An eval run with its trials, as they come from the store or an importer. */
export interface RunTrials {
  readonly run: EvalRun;
  readonly trials: readonly Trial[];
}

/** A case with scored trials on both sides. */
export interface MeasuredCase {
  readonly id: string;
  readonly kind: CaseKind;
  readonly a: CaseSummary;
  readonly b: CaseSummary;
  readonly behaviour: BehaviourPair;
}

/** In the order of B. */
export function measuredCases(
  { common }: PairedCases,
  runs: { readonly a: RunTrials; readonly b: RunTrials },
): MeasuredCase[] {
  const trialsA = behavioursByCase(runs.a.trials);
  const trialsB = behavioursByCase(runs.b.trials);
  return common.flatMap(({ a, b }) => {
    const behaviour = { a: trialsA.get(b.id) ?? [], b: trialsB.get(b.id) ?? [] };
    return a.total > 0 && b.total > 0 ? [{ id: b.id, kind: b.kind, a, b, behaviour }] : [];
  });
}
