import { type EvalRun, microUsdFromUsd, type TrialMetrics } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import { measureTrial } from "../../log/index.ts";
import { badFormat, buildLog, type RecordedTrial, whyOverLimit } from "../../trace/recorded/index.ts";
import type { ImportedTrial } from "./imported-results.ts";

interface Place {
  readonly run: EvalRun;
  readonly attemptIndex: number;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  readonly nowMs: number;
}

/** The trial and its log. Metrics are read off the log; what the recording counted itself goes before. */
export function buildImportedTrial(
  recorded: RecordedTrial,
  { run, attemptIndex, makeId, nowMs }: Place,
): ImportedTrial {
  const { caseId, seed, recordedTrial } = recorded;
  const events = buildLog(recorded, { nowMs, caseId, attemptIndex, seed, attributes: { recordedTrial } });
  const tooMuch = whyOverLimit(events);
  if (tooMuch !== undefined) throw badFormat(recorded.file, `${recorded.where} ${tooMuch}`);
  const metrics: TrialMetrics = {
    ...measureTrial(events.map((event, seq) => ({ ...event, seq }))),
    ...(recorded.costUsd !== null && { costMicroUsd: microUsdFromUsd(recorded.costUsd) }),
    ...recorded.counts,
  };
  const trial = {
    id: makeId<"trial">(),
    evalRunId: run.id,
    runId: makeId<"run">(),
    caseId,
    attemptIndex,
    seed,
    isolation: run.isolation,
    startedAtMs: events[0]?.atMs ?? nowMs,
    outcome: { kind: "scored", isPass: recorded.isPass, score: recorded.score } as const,
    verdicts: recorded.verdicts,
    metrics,
  };
  return { trial, events };
}
