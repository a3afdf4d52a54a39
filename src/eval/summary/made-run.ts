import type { CaseKind, EvalRun, Trial, TrialMetrics, ToolStep, VoidReason, Verdict } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";

/** One trial of a made-up run, for tests. A text is short for its tools: "orders.get refund.issue". */
export interface MadeTrial {
  readonly isPass?: boolean;
  readonly void?: VoidReason;
  readonly tools?: string | readonly ToolStep[];
  readonly verdicts?: readonly Partial<Verdict>[];
  readonly metrics?: Partial<TrialMetrics>;
}

export interface MadeCase {
  readonly id: string;
  readonly kind?: CaseKind;
  readonly tags?: readonly string[];
  readonly file?: string;
  readonly passRate?: number;
  /** Trials asked for; as many as were made unless given. */
  readonly asked?: number;
  readonly trials: readonly MadeTrial[];
}

/** "pass" and "fail" as a string of marks: `marked("++-v")` passes twice, fails once and is void once. */
export function marked(marks: string, each: MadeTrial = {}): MadeTrial[] {
  return [...marks].map((mark) => (mark === "v" ? { ...each, void: "provider" } : { ...each, isPass: mark === "+" }));
}

/** A whole run with its trials, for tests: everything not said is plain. */
export function madeRun(cases: readonly MadeCase[], run: Partial<EvalRun> = {}): { run: EvalRun; trials: Trial[] } {
  const id = (run.id ?? "run-b") as Id<"eval-run">;
  const made: EvalRun = {
    id,
    name: "candidate",
    suite: "shop",
    agent: { name: "support", version: "2" },
    models: ["gpt-5"],
    origin: "run",
    status: "finished",
    isolation: "namespace",
    seed: 1,
    startedAtMs: 1_700_000_000_000,
    endedAtMs: 1_700_000_060_000,
    hashes: { suite: "s", dataset: "d", judge: "j" },
    cases: cases.map((one) => ({
      id: one.id,
      kind: one.kind ?? "regression",
      tags: one.tags ?? [],
      trials: one.asked ?? one.trials.length,
      passRate: one.passRate ?? 1,
      hash: one.id,
      ...(one.file === undefined ? {} : { file: one.file }),
    })),
    owner: null,
    attributes: {},
    ...run,
  };
  return {
    run: made,
    trials: cases.flatMap((one) => one.trials.map((trial, index) => madeTrial(id, one.id, index, trial))),
  };
}

function madeTrial(evalRunId: Id<"eval-run">, caseId: string, attemptIndex: number, made: MadeTrial): Trial {
  const steps = typeof made.tools === "string" ? made.tools.split(" ").map(toolStep) : (made.tools ?? []);
  const isPass = made.isPass ?? true;
  return {
    id: `${evalRunId}-${caseId}-${attemptIndex}` as Id<"trial">,
    evalRunId,
    runId: `log-${caseId}-${attemptIndex}` as Id<"run">,
    caseId,
    attemptIndex,
    seed: attemptIndex,
    isolation: "namespace",
    startedAtMs: 1_700_000_000_000,
    outcome: made.void
      ? { kind: "void", reason: made.void, message: "502 from the provider" }
      : { kind: "scored", isPass, score: isPass ? 1 : 0 },
    verdicts: (made.verdicts ?? [{ name: "answered", outcome: isPass ? "pass" : "fail" }]).map(verdict),
    metrics: {
      durationMs: 1_000,
      modelCallCount: steps.length + 1,
      toolCallCount: steps.length,
      toolErrorCount: 0,
      retryCount: 0,
      longestRepeat: 1,
      longestCallRun: 1,
      stepCount: steps.length + 1,
      escalationCount: 0,
      messageCount: 2,
      inputTokens: 100,
      outputTokens: 10,
      contextTokensMax: 100,
      costMicroUsd: 1_000,
      tools: steps,
      ...made.metrics,
    },
  };
}

function toolStep(tool: string): ToolStep {
  return { tool, arguments: "{}", isError: false };
}

function verdict(given: Partial<Verdict>): Verdict {
  const outcome = given.outcome ?? "pass";
  return {
    name: "answered",
    source: "check",
    outcome,
    score: null,
    explanation: outcome === "pass" ? "It did." : "The answer names no order.",
    evidence: [],
    witness: "runtime",
    gates: true,
    ...given,
  };
}
