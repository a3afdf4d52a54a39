import { type EvalRun, microUsdFromUsd, type NewEvent, type TrialMetrics } from "../../domain/index.ts";
import { type Id, LIMITS } from "../../kernel/index.ts";
import { measureTrial } from "../../log/index.ts";
import { badFormat } from "./bad-format.ts";
import { buildLog } from "./build-log.ts";
import type { ImportedTrial } from "./imported-results.ts";
import type { RecordedTrial } from "./recorded-trial.ts";

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
  const events = buildLog(recorded, { attemptIndex, nowMs });
  refuseOverLimit(recorded, events);
  const metrics: TrialMetrics = {
    ...measureTrial(events.map((event, seq) => ({ ...event, seq }))),
    ...(recorded.costUsd !== null && { costMicroUsd: microUsdFromUsd(recorded.costUsd) }),
    ...recorded.counts,
  };
  const trial = {
    id: makeId<"trial">(),
    evalRunId: run.id,
    runId: makeId<"run">(),
    caseId: recorded.caseId,
    attemptIndex,
    seed: recorded.seed,
    isolation: run.isolation,
    startedAtMs: events[0]?.atMs ?? nowMs,
    outcome: { kind: "scored", isPass: recorded.isPass, score: recorded.score } as const,
    verdicts: recorded.verdicts,
    metrics,
  };
  return { trial, events };
}

/** Events the log would refuse are refused here, before anything is written. */
function refuseOverLimit({ file, where }: RecordedTrial, events: readonly NewEvent[]): void {
  if (events.length > LIMITS.trialEventsMax) {
    throw badFormat(file, `${where} makes ${events.length} events, more than ${LIMITS.trialEventsMax}`);
  }
  for (const event of events) {
    const byteCount = Buffer.byteLength(JSON.stringify(event));
    if (byteCount > LIMITS.eventBytesMax) {
      throw badFormat(file, `${where} holds a message of ${byteCount} bytes, more than ${LIMITS.eventBytesMax}`);
    }
  }
}
