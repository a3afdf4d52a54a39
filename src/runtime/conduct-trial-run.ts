import type { NewEvent, RunEvent, RunRecord } from "../domain/index.ts";
import { AegisError, type Clock, type JsonObject } from "../kernel/index.ts";
import type { RunLog } from "../log/index.ts";
import type { RunEnd } from "./conduct-run.ts";
import type { RunMailbox } from "./run-mailbox.ts";

/**
 * What trials are addressed to. No agent that callers could talk to: an order names the file to run, so it is taken only
 * from who can write to the store.
 */
export const TRIAL_AGENT = "aegis.trial";

/** Takes trials that somebody ordered as runs. */
export interface TrialTaker {
  /** Of how orders are written and carried out. */
  readonly version: string;
  /**
   * Performs the trial in `run.input`.
   * @param request.onEvent told of everything but the run's end
   * @throws {AegisError} when the trial cannot be performed here: the run ends as failed with that code
   */
  conduct(request: {
    readonly run: RunRecord;
    readonly onEvent: (event: NewEvent) => void;
    readonly signal: AbortSignal;
  }): Promise<TrialRunEnd>;
}

export interface TrialRunEnd {
  readonly end: NewEvent<"run.ended">;
  /** For whoever ordered it: becomes the session's state. */
  readonly result: JsonObject;
}

export interface ConductTrialRun {
  readonly taker: TrialTaker;
  readonly run: RunRecord;
  readonly events: readonly RunEvent[];
  readonly log: RunLog;
  readonly mailbox: RunMailbox;
  readonly clock: Clock;
  /** Aborts when this process lets go of the run. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Performs a trial, its events durable as they come. A trial is never gone on with: whoever takes one up that somebody
 * had begun ends it as lost, because the world it ran in is used.
 */
export async function conductTrialRun(options: ConductTrialRun): Promise<RunEnd> {
  const { run, mailbox, signal, taker, log } = options;
  if (run.attempt > 1) return end(options, { ...failed(options, lost(run)), result: {} });
  const broken = new AbortController();
  const onEvent = (event: NewEvent) => void log.append(event).catch((error: unknown) => broken.abort(error));
  const stop = [mailbox.cancelled, broken.signal, ...(signal ? [signal] : [])];
  try {
    const ended = await taker.conduct({ run, onEvent, signal: AbortSignal.any(stop) });
    await log.flush();
    if (!isAborted(mailbox.cancelled) && signal?.aborted) return { kind: "abandoned" };
    return await end(options, isAborted(mailbox.cancelled) ? { ...cancelled(options), result: {} } : ended);
  } catch (error) {
    const cause: unknown = broken.signal.aborted ? broken.signal.reason : error;
    if (!(cause instanceof AegisError) || cause.code === "log.conflict") return { kind: "broken", error: cause };
    return end(options, { ...failed(options, cause), result: {} });
  }
}

async function end(options: ConductTrialRun, { end: last, result }: TrialRunEnd): Promise<RunEnd> {
  try {
    await options.log.append(last);
  } catch (error) {
    return { kind: "broken", error };
  }
  return { kind: "ended", outcome: last.outcome, state: result };
}

function lost({ id, attempt }: RunRecord): AegisError {
  return new AegisError("sandbox.lost", `The worker of trial ${id} went away in the middle`, { details: { attempt } });
}

function failed(options: ConductTrialRun, { code, message }: AegisError) {
  return { end: { ...ending(options), outcome: "failed" as const, error: { name: code, message } } };
}

function cancelled(options: ConductTrialRun) {
  const { message } = options.mailbox.cancelled.reason as Error;
  return { end: { ...ending(options), outcome: "cancelled" as const, error: { name: "Error", message } } };
}

function ending({ run, clock }: ConductTrialRun) {
  const atMs = clock.nowMs();
  const durationMs = atMs - (run.startedAtMs ?? run.createdAtMs);
  return { type: "run.ended" as const, witness: "runtime" as const, atMs, durationMs };
}

/** Asked after a wait: it may have changed meanwhile. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
