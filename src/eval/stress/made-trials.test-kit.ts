import type { Id } from "../../kernel/index.ts";
import type { Trial } from "../../domain/index.ts";

/** Trials of a case: `passes` of `total` passed, then so many that could not be measured. */
export function madeTrials(caseId: string, passes: number, total: number, voids = 0): Trial[] {
  return Array.from({ length: total + voids }, (_, attemptIndex) => ({
    id: `${caseId}-${attemptIndex}` as Id<"trial">,
    evalRunId: "run" as Id<"eval-run">,
    runId: `${caseId}-${attemptIndex}` as Id<"run">,
    caseId,
    attemptIndex,
    seed: attemptIndex,
    isolation: "none",
    startedAtMs: 0,
    outcome:
      attemptIndex < total
        ? { kind: "scored", isPass: attemptIndex < passes, score: attemptIndex < passes ? 1 : 0 }
        : { kind: "void", reason: "provider", message: "overloaded" },
    verdicts: [],
    metrics: {
      durationMs: 1,
      modelCallCount: 0,
      toolCallCount: 0,
      toolErrorCount: 0,
      retryCount: 0,
      longestRepeat: 0,
      longestCallRun: 0,
      stepCount: 0,
      escalationCount: 0,
      messageCount: 0,
      inputTokens: null,
      outputTokens: null,
      contextTokensMax: null,
      costMicroUsd: null,
      tools: [],
    },
  }));
}
