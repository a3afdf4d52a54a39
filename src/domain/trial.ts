import type { Id } from "../kernel/index.ts";
import type { MicroUsd } from "./money.ts";
import type { IsolationLevel, SandboxFacts } from "./isolation-level.ts";
import type { Verdict } from "./verdict.ts";

/** One attempt of one agent at one case: the unit that is scheduled, scored and counted. */
export interface Trial {
  readonly id: Id<"trial">;
  readonly evalRunId: Id<"eval-run">;
  /** The log of what happened. */
  readonly runId: Id<"run">;
  readonly caseId: string;
  /** From 0. */
  readonly attemptIndex: number;
  readonly seed: number;
  readonly isolation: IsolationLevel;
  readonly startedAtMs: number;
  readonly outcome: TrialOutcome;
  readonly verdicts: readonly Verdict[];
  readonly metrics: TrialMetrics;
}

/** A broken sandbox or provider voids a trial and takes it out of the denominator; it is never a wrong answer. */
export type TrialOutcome =
  | { readonly kind: "scored"; readonly isPass: boolean; readonly score: number }
  | { readonly kind: "void"; readonly reason: VoidReason; readonly message: string };

export type VoidReason = "sandbox" | "world" | "provider" | "cancelled" | "budget" | "recording";

/** What the trial did, in numbers, all read off its log. */
export interface TrialMetrics {
  readonly durationMs: number;
  readonly modelCallCount: number;
  readonly toolCallCount: number;
  readonly toolErrorCount: number;
  /** Identical call right after its own error. */
  readonly retryCount: number;
  /** Longest run of identical calls that gave identical non-error results. */
  readonly longestRepeat: number;
  /** Longest run of identical calls, whatever they gave. */
  readonly longestCallRun: number;
  /** Assistant turns. */
  readonly stepCount: number;
  readonly escalationCount: number;
  readonly messageCount: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Most input tokens of any one model call. */
  readonly contextTokensMax: number | null;
  readonly costMicroUsd: MicroUsd | null;
  /** What the trial really ran in, where a sandbox told. */
  readonly sandbox?: SandboxFacts;
  readonly tools: readonly ToolStep[];
}

/** One tool call, short enough to keep beside the trial and compare with others. */
export interface ToolStep {
  readonly tool: string;
  /** Canonical JSON, cut at 200 characters and ended by a hash when longer. */
  readonly arguments: string;
  readonly isError: boolean;
}
