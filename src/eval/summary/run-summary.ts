import type {
  CaseKind,
  EvalRun,
  IsolationLevel,
  MicroUsd,
  VerdictOutcome,
  Verdict,
  VoidReason,
} from "../../domain/index.ts";
import type { ClusteredInterval, Interval } from "../../stats/suite/index.ts";

/** What one run showed, as plain JSON: every report is a view of this, and of nothing else. */
export interface RunSummary {
  readonly run: RunIdentity;
  /** In the order of the suite. */
  readonly cases: readonly CaseSummary[];
  readonly suite: SuiteSummary;
  /** What this run could not see, in sentences; printed in every report. */
  readonly notSeen: readonly string[];
}

export interface RunIdentity {
  readonly id: string;
  readonly name: string;
  readonly suite: string;
  readonly agent: EvalRun["agent"];
  readonly models: readonly string[];
  readonly origin: EvalRun["origin"];
  readonly status: EvalRun["status"];
  readonly isolation: IsolationLevel;
  /** How many workers its trials were spread over, where that was not the machine of the run. */
  readonly workers?: number;
  readonly seed: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

/**
 * `passed` and `failed` are said only when the trials that are void or missing could not turn it;
 * otherwise the case is `undecided`.
 */
export type CaseStatus = "passed" | "failed" | "undecided";

export interface CaseSummary {
  readonly id: string;
  readonly kind: CaseKind;
  readonly tags: readonly string[];
  readonly file?: string;
  /** The share of trials that must pass, in [0, 1]. */
  readonly requiredPassRate: number;
  /** Scored trials that passed. */
  readonly passed: number;
  /** Scored trials. */
  readonly total: number;
  readonly voids: number;
  /** Trials asked for that have not run. */
  readonly missing: number;
  /** passed / total; null when nothing was scored. */
  readonly passRate: number | null;
  /** Wilson's 95 % interval of the pass rate. */
  readonly interval: Interval | null;
  readonly status: CaseStatus;
  readonly isPass: boolean;
  /** Some scored trials passed, and some failed. */
  readonly isFlaky: boolean;
  readonly failures: readonly FailureCount[];
  readonly voidReasons: Readonly<Partial<Record<VoidReason, number>>>;
  /** Verdicts that gate and could not decide, although their trial was scored. */
  readonly undecidedGates: number;
  readonly judges: readonly JudgeSpread[];
  /** Over scored trials; null when nothing was scored. */
  readonly medians: MetricMedians | null;
}

/** One check or judge that failed, in how many scored trials, and what it said the first time. */
export interface FailureCount {
  readonly verdict: string;
  readonly source: Verdict["source"];
  /** False: reported, but no trial failed by it. */
  readonly gates: boolean;
  readonly outcome: Exclude<VerdictOutcome, "pass">;
  readonly count: number;
  readonly example: string;
}

/** How far one judge's scores lie apart over the trials of one case. */
export interface JudgeSpread {
  readonly verdict: string;
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface MetricMedians {
  readonly durationMs: number;
  readonly stepCount: number;
  readonly toolCallCount: number;
  readonly toolErrorCount: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costMicroUsd: MicroUsd | null;
}

/** pass^k or pass@k; see `suitePassHatK`. */
export interface PassK extends Interval {
  readonly k: number;
  readonly value: number;
  /** Cases with at least k scored trials. */
  readonly caseCount: number;
}

export interface GroupSummary {
  readonly caseCount: number;
  readonly casesPassed: number;
  readonly flakyCases: number;
  /** Mean of the case pass rates; null when nothing was scored. */
  readonly passRate: ClusteredInterval | null;
}

export interface SuiteSummary extends GroupSummary {
  readonly casesFailed: number;
  readonly casesUndecided: number;
  /** All scored trials passed. */
  readonly alwaysPass: number;
  /** All scored trials failed. */
  readonly alwaysFail: number;
  readonly passHatK: readonly PassK[];
  readonly passAtK: readonly PassK[];
  readonly trials: TrialCounts;
  /** Tokens and cost count void trials too: they were paid for. Null as soon as one trial does not tell. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costMicroUsd: MicroUsd | null;
  /** Over scored trials, as are all counts below; null when nothing was scored. */
  readonly latencyMs: LatencyQuantiles | null;
  readonly toolCallCounts: Readonly<Record<string, number>>;
  readonly toolCalls: number;
  readonly toolErrors: number;
  readonly tracesWithToolError: number;
  readonly retriesRightAfterError: number;
  /** `caseId#attemptIndex` of trials that made the same call with the same result this often in a row. */
  readonly repeats: RepeatLists;
  /** The same, whatever the calls gave. */
  readonly identicalCalls: RepeatLists;
  readonly kinds: Readonly<Record<string, GroupSummary>>;
  readonly tags: Readonly<Record<string, GroupSummary>>;
}

export interface RepeatLists {
  readonly atLeast2: readonly string[];
  readonly atLeast3: readonly string[];
}

export interface TrialCounts {
  /** As many as the suite asked for. */
  readonly asked: number;
  readonly scored: number;
  readonly passed: number;
  readonly void: number;
  readonly missing: number;
  readonly voidReasons: Readonly<Partial<Record<VoidReason, number>>>;
}

export interface LatencyQuantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly max: number;
}
