import type { RunEvent } from "../domain/index.ts";
import { equalJson } from "../kernel/index.ts";
import { hasSucceeded, type ToolCall, toolCallsOf } from "./reading/tool-calls.ts";

/** How a run repeats itself. Identical means: the same tool with the same canonical arguments. */
export interface Repeats {
  /** Most identical calls in a row, whatever they gave; 1 is no repeat, 0 no call. */
  readonly repeatConsecutive: number;
  /** Most identical calls in a row that each gave the identical result without an error: a loop, not a retry. */
  readonly noProgressRepeat: number;
  /** Identical calls right after their own error: legitimate retries. */
  readonly retriesRightAfterError: number;
}

export function measureRepeats(events: readonly RunEvent[]): Repeats {
  const calls = toolCallsOf(events);
  return {
    repeatConsecutive: longest(runsOf(calls, isSameCall)),
    noProgressRepeat: longest(noProgressRuns(calls)),
    retriesRightAfterError: retryRuns(calls).reduce((sum, run) => sum + run.length - 1, 0),
  };
}

/** Calls in a row that repeat one another without getting anything new. */
export function noProgressRuns(calls: readonly ToolCall[]): readonly (readonly ToolCall[])[] {
  return runsOf(calls, (previous, next) => isSameCall(previous, next) && gaveTheSame(previous, next)).filter((run) =>
    run.every(hasSucceeded),
  );
}

/** Calls in a row that each repeat the one before after its error: the first call, then its retries. */
export function retryRuns(calls: readonly ToolCall[]): readonly (readonly ToolCall[])[] {
  return runsOf(calls, (previous, next) => isSameCall(previous, next) && hadFailedBefore(previous, next));
}

export function longest(runs: readonly (readonly ToolCall[])[]): number {
  return runs.reduce((most, run) => Math.max(most, run.length), 0);
}

function runsOf(calls: readonly ToolCall[], goesOn: (previous: ToolCall, next: ToolCall) => boolean): ToolCall[][] {
  const runs: ToolCall[][] = [];
  for (const call of calls) {
    const run = runs.at(-1);
    const previous = run?.at(-1);
    if (run && previous && goesOn(previous, call)) run.push(call);
    else runs.push([call]);
  }
  return runs;
}

function isSameCall(previous: ToolCall, next: ToolCall): boolean {
  return previous.signature === next.signature;
}

function gaveTheSame(previous: ToolCall, next: ToolCall): boolean {
  if (!hasSucceeded(previous) || !hasSucceeded(next)) return false;
  return equalJson(previous.returned?.result, next.returned?.result);
}

/** A call made before the error was known is no retry: both were asked for at once. */
function hadFailedBefore(previous: ToolCall, next: ToolCall): boolean {
  return previous.failure !== null && previous.returned !== undefined && previous.returned.seq < next.called.seq;
}
