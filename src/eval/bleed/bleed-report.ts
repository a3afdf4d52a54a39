import type { Interval } from "../../stats/index.ts";

/** What one trial found on its arrival that an earlier one had left. */
export interface Traveller {
  readonly kind: "file" | "row" | "env" | "global" | "process";
  /** Path of the file, place in the state, or name. */
  readonly what: string;
  /** The trial that left it: its case. */
  readonly leftBy: string;
}

/** One trial of one order in shared state. */
export interface SharedTrial {
  readonly caseId: string;
  readonly orderIndex: number;
  /** From 0, where in its order it ran. */
  readonly position: number;
  readonly isPass: boolean | null;
  readonly found: readonly Traveller[];
}

export interface PassRate {
  readonly passed: number;
  readonly total: number;
  /** In [0, 1]; 95 % Wilson. */
  readonly interval: Interval;
}

export interface CaseBleed {
  readonly caseId: string;
  readonly clean: PassRate;
  readonly shared: PassRate;
  /** Two-sided, Boschloo's test of the two counts; null where one side has no scored trial. */
  readonly pValue: number | null;
  /** False discovery rate over the suite's cases held at 5 %. */
  readonly isChanged: boolean;
  /** What its shared trials found, most frequent first. */
  readonly found: readonly (Traveller & { readonly trials: number })[];
}

/** One thing that was left, and the cases whose trials found it. */
export interface Travelled extends Traveller {
  readonly foundBy: readonly string[];
}

export interface BleedReport {
  readonly suite: string;
  readonly orders: number;
  readonly clean: PassRate;
  /** One per order, then all together. */
  readonly sharedByOrder: readonly PassRate[];
  readonly shared: PassRate;
  /** Two-sided sign-flip test over the cases' differences; null where fewer than two cases were measured. */
  readonly pValue: number | null;
  readonly isChanged: boolean;
  readonly cases: readonly CaseBleed[];
  /** Everything that travelled, files and rows first, then by how many cases found it. */
  readonly travelled: readonly Travelled[];
}
