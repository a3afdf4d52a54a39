import type { EvalRun, Trial } from "../domain/index.ts";
import { type Id, idMaker, systemClock } from "../kernel/index.ts";

/** Ids for tests: new ones in every run. */
export const makeId = idMaker(systemClock, Math.random);

/** An eval run with nothing special about it. */
export function sampleEvalRun(more: Partial<EvalRun> = {}): EvalRun {
  const id = makeId<"eval-run">();
  return {
    id,
    name: `run ${id}`,
    suite: "suite",
    agent: { name: "support", version: "1" },
    models: [],
    origin: "run",
    status: "running",
    isolation: "process",
    seed: 42,
    startedAtMs: 1_700_000_000_000,
    endedAtMs: null,
    hashes: { suite: "a", dataset: "b", judge: "c" },
    cases: [{ id: "case", kind: "capability", tags: ["t"], trials: 3, passRate: 0.8, hash: "h" }],
    owner: { pid: 1, startedAtMs: 2 },
    attributes: { branch: "main", half: "\ud800" },
    ...more,
  };
}

/** A trial with nothing special about it, of a run of its own. */
export function sampleTrial(evalRunId: Id<"eval-run">, more: Partial<Trial> = {}): Trial {
  return {
    id: makeId(),
    evalRunId,
    runId: makeId(),
    caseId: "case",
    attemptIndex: 0,
    seed: Number.MAX_SAFE_INTEGER,
    isolation: "process",
    startedAtMs: 1_700_000_000_000.25,
    outcome: { kind: "scored", isPass: true, score: 0.1 + 0.2 },
    verdicts: [
      {
        name: "never(refund.issue)",
        source: "check",
        outcome: "pass",
        score: null,
        explanation: "It was not called.",
        evidence: [],
        witness: null,
        gates: true,
      },
    ],
    metrics: {
      durationMs: 1.5,
      modelCallCount: 1,
      toolCallCount: 1,
      toolErrorCount: 0,
      retryCount: 0,
      longestRepeat: 1,
      longestCallRun: 1,
      stepCount: 2,
      escalationCount: 0,
      messageCount: 4,
      inputTokens: null,
      outputTokens: 3,
      contextTokensMax: null,
      costMicroUsd: null,
      tools: [{ tool: "orders.get", arguments: '{"id":"W1"}', isError: false }],
    },
    ...more,
  };
}
