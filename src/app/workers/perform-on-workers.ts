import { relative, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AegisError, type Clock, ERROR_CATALOGUE, type ErrorCode, type Id } from "../../kernel/index.ts";
import type { IsolationLevel, NewEvent, RunEvent, RunRecord } from "../../domain/index.ts";
import type { PerformTrial, TrialJob, TrialPerformance } from "../../eval/index.ts";
import { tailLogInPages } from "../../log/index.ts";
import { type Dispatcher, tellRun, TRIAL_AGENT } from "../../runtime/index.ts";
import type { Store } from "../../store/index.ts";
import { agentHash } from "../resume-run.ts";
import { orderJson, resultIn, TRIALS_OWNER } from "./trial-order.ts";

export interface WorkersAtHand {
  readonly store: Store;
  readonly clock: Clock;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  /** Brings a run to some worker. */
  readonly dispatcher: Pick<Dispatcher, "dispatch">;
  /** The project's folder here. */
  readonly root: string;
  /** See `trialVersion`. */
  readonly version: string;
  /** The lock this process holds while it waits for trials. */
  readonly orderedBy: string;
  readonly isolation: IsolationLevel;
  /** Aborts with the reason when nobody is left to perform trials. */
  readonly deserted: AbortSignal;
  /** Told which worker a trial was performed by. */
  readonly onPerformed: (workerId: string) => void;
}

const POLL_MS = 150;
const END_POLL_MS = 20;
/** How long a cancelled trial is waited for: after that nobody sees what its worker still does. */
const CANCEL_LIMIT_MS = 10_000;

/** Orders each trial as a run of a session of its own, and follows its log. The session goes when the trial is over. */
export function performOnWorkers(at: WorkersAtHand): PerformTrial {
  return async ({ job, timeoutMs, passEnv, onEvent, signal }) => {
    const { store, clock, makeId, orderedBy, isolation } = at;
    const order = { job: fromRoot(job, at.root), agentHash: agentHash(job.target) };
    const data = orderJson({ ...order, isolation, timeoutMs, passEnv, orderedBy });
    const { caseId, attemptIndex } = job;
    const sessionId = makeId<"session">();
    const owned = {
      agent: TRIAL_AGENT,
      ownerId: TRIALS_OWNER,
      metadata: { orderedBy, caseId, attemptIndex },
      createdAtMs: clock.nowMs(),
    };
    await store.createSession({ ...owned, id: sessionId, state: {}, closedAtMs: null });
    try {
      const input = { message: `${caseId} #${attemptIndex + 1}`, data };
      const asked = { ...owned, id: makeId<"run">(), sessionId, version: at.version, input, idempotencyKey: null };
      const { run } = await store.createRun(asked);
      await at.dispatcher.dispatch(run);
      return await followTrial(at, { run, onEvent, signal });
    } finally {
      await store.removeSession(sessionId);
    }
  };
}

function fromRoot(job: TrialJob, root: string): TrialJob {
  return { ...job, target: { ...job.target, file: relative(root, job.target.file).split(sep).join("/") } };
}

interface Following {
  readonly run: RunRecord;
  readonly onEvent: (event: NewEvent) => void;
  readonly signal: AbortSignal;
}

/** @throws {AegisError} "sandbox.lost" when its worker went away, and whatever kept a worker from performing it */
async function followTrial(at: WorkersAtHand, { run, onEvent, signal }: Following): Promise<TrialPerformance> {
  const giveUp = new AbortController();
  const until = AbortSignal.any([giveUp.signal, at.deserted]);
  const cancel = () => {
    setTimeout(() => giveUp.abort(signal.reason), CANCEL_LIMIT_MS).unref();
    tellRun(at, { runId: run.id, by: TRIALS_OWNER, body: { kind: "cancel" } }).catch(() => undefined);
  };
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel, { once: true });
  try {
    let end: RunEvent<"run.ended"> | undefined;
    const tail = tailLogInPages({ store: at.store, runId: run.id, signal: until, pollMs: () => POLL_MS });
    for await (const events of tail) {
      for (const event of events) {
        if (event.type === "run.ended") end = event;
        else if (event.type !== "run.resumed") onEvent(event);
      }
    }
    const ended = end && (await untilEnded(at, run, until));
    until.throwIfAborted();
    if (!end || !ended) throw new AegisError("sandbox.lost", `Trial ${run.id} is not in the store any more`);
    return await settle(at, { end, run: ended, onEvent });
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** The log ends a moment before the run's record does. */
async function untilEnded(
  { store }: WorkersAtHand,
  { id }: RunRecord,
  until: AbortSignal,
): Promise<RunRecord | undefined> {
  while (!until.aborted) {
    const run = await store.findRun(id);
    if (run === undefined || run.status === "ended") return run;
    await sleep(END_POLL_MS, undefined, { signal: until }).catch(() => undefined);
  }
  return undefined;
}

async function settle(
  { store, onPerformed }: WorkersAtHand,
  ended: { readonly end: RunEvent<"run.ended">; readonly run: RunRecord; readonly onEvent: (event: NewEvent) => void },
): Promise<TrialPerformance> {
  const { end, run, onEvent } = ended;
  const result = resultIn((await store.findSession(run.sessionId))?.state ?? {});
  if (result === undefined) throw notPerformed(end, run);
  if (run.workerId !== null) onPerformed(run.workerId);
  if (result.isOwnEnd) onEvent(end);
  return { ...result.performance, isolation: result.isolation };
}

function notPerformed({ outcome, error }: RunEvent<"run.ended">, { id }: RunRecord): AegisError {
  if (outcome === "failed" && error && isCode(error.name)) return new AegisError(error.name, error.message);
  // Not by this process: it does not wait for what it has cancelled.
  if (outcome === "cancelled") return new AegisError("sandbox.unavailable", `Trial ${id} was ${error?.message}`);
  return new AegisError("sandbox.lost", `The worker of trial ${id} went away at its end`);
}

function isCode(name: string): name is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, name);
}
