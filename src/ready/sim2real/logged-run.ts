import type { RunEvent } from "../../domain/index.ts";

/** A run by its log: of a trial, of live work, or read from somebody's telemetry. */
export interface LoggedRun {
  readonly runId: string;
  readonly events: readonly RunEvent[];
  /** What hangs together is one piece of evidence: trials of one case, runs of one session. Read off the log unless told. */
  readonly cluster?: string;
}

/** Trials of one case share its task, runs of one session their user. */
export function clusterOf({ runId, events, cluster }: LoggedRun): string {
  if (cluster !== undefined) return cluster;
  const started = events.find((event) => event.type === "run.started");
  return started?.caseId ?? started?.sessionId ?? runId;
}
