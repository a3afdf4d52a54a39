import { LIMITS } from "../kernel/index.ts";
import type { NewEvent } from "../domain/index.ts";
import type { TrialPerformance } from "./trial-job.ts";
import type { TrialLog } from "./trial-log.ts";

/** Adds what the process printed, and the end that an agent could not write itself. */
export function closeLog(closing: {
  readonly log: TrialLog;
  readonly performance: TrialPerformance;
  readonly stamp: () => { readonly atMs: number; readonly witness: "runtime" };
}): void {
  const { log, performance, stamp } = closing;
  const end = log.find("run.ended");
  if (performance.sandbox) log.add({ ...stamp(), type: "sandbox.closed", ...performance.sandbox });
  for (const stream of ["stdout", "stderr"] as const) {
    const output = performance[stream];
    if (output && output.bytes > 0) log.add({ ...stamp(), type: "output.captured", stream, ...output });
  }
  if (end && !log.isCut) return;
  const reason = log.isCut ? "too-many-events" : performance.reason;
  log.add({
    ...stamp(),
    type: "run.ended",
    outcome: endOutcome(reason),
    durationMs: performance.durationMs,
    error: { name: "Error", message: endMessage({ ...performance, reason }) },
  });
}

function endOutcome(reason: TrialPerformance["reason"]): NewEvent<"run.ended">["outcome"] {
  if (reason === "timeout") return "timeout";
  return reason === "control-overflow" || reason === "too-many-events" ? "failed" : "exited";
}

function endMessage({ reason, exitCode, stderr, strayProcessCount }: TrialPerformance): string {
  const how = {
    exited: `the process ended with exit code ${exitCode} before the agent had answered`,
    killed: "the process was killed before the agent had answered",
    timeout: "the time limit was reached",
    aborted: "the run was cancelled",
    "control-overflow": "one event was larger than the limit",
    "too-many-events": `it made over ${LIMITS.trialEventsMax} events, more than one log may hold`,
  }[reason];
  const strays = strayProcessCount > 0 ? `; ${strayProcessCount} stray processes were killed` : "";
  const lastWords = stderr?.text.trim().split("\n").at(-1)?.slice(0, 300);
  return `${how}${strays}${lastWords ? `; last line on stderr: ${lastWords}` : ""}`;
}
