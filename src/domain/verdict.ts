import type { Witness } from "./witness.ts";

/** `void`: the check or judge itself could not decide (it crashed, or what it needs was not recorded). */
export type VerdictOutcome = "pass" | "fail" | "void";

/** What one check, judge or scorer says of one trial, and the events it rests on. */
export interface Verdict {
  /** Stable within a suite; comparisons match verdicts by it. */
  readonly name: string;
  readonly source: "check" | "judge" | "scorer" | "recorded" | "run";
  readonly outcome: VerdictOutcome;
  /** In [0, 1] where it has one. */
  readonly score: number | null;
  /** One sentence a person can act on. */
  readonly explanation: string;
  /** Sequence numbers of the events it rests on. */
  readonly evidence: readonly number[];
  /** The weakest witness among the evidence; null without evidence. */
  readonly witness: Witness | null;
  /** False: reported, but a trial passes or fails without it (e.g. a judge that is not calibrated). */
  readonly gates: boolean;
}
