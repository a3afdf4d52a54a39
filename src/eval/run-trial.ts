import { AegisError, type Clock, type Id, type Json, type JsonObject, LIMITS } from "../kernel/index.ts";
import {
  diffState,
  type EvalCase,
  type EventType,
  type IsolationLevel,
  type NewEvent,
  type RunEvent,
  type Trial,
  type TrialOutcome,
  type VoidReason,
} from "../domain/index.ts";
import type { FinishedRun } from "../check/index.ts";
import { measureTrial } from "../log/index.ts";
import type { Store } from "../store/index.ts";
import { type OpenWorld, openWorld, type StatePair } from "../world/index.ts";
import { type CaseJudges, isPassing, judgeTrial, meanScore } from "./judge-trial.ts";
import { type EventProgress, eventProgress } from "./event-progress.ts";
import type { LoadedSuite } from "./loaded-suite.ts";
import type { PerformTrial, TrialJob, TrialPerformance } from "./trial-job.ts";

/** Serves the suite's model to agents that call it over HTTP, one address per trial. */
export interface ModelEndpoint {
  register(trial: {
    readonly runId: string;
    readonly modelReplay?: TrialJob["modelReplay"];
    readonly onEvent: (event: NewEvent) => void;
    /** Resolves once so many of the agent's own events are in the log: a worker's come later than its model calls. */
    readonly reached: EventProgress["reached"];
  }): { readonly baseUrl: string; close(): void };
}

export interface TrialPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  readonly perform: PerformTrial;
  readonly endpoint?: ModelEndpoint;
  readonly prices: JsonObject;
}

export interface TrialRequest {
  readonly suite: LoadedSuite;
  readonly evalCase: EvalCase;
  readonly judges: CaseJudges;
  readonly evalRunId: Id<"eval-run">;
  readonly attemptIndex: number;
  readonly seed: number;
  readonly isolation: IsolationLevel;
  readonly signal: AbortSignal;
}

/** A trial that was run and judged, and the promise that it and its log are durable. */
export interface RunTrial {
  readonly trial: Trial;
  readonly saved: Promise<void>;
}

/** Runs one trial from a fresh world to its verdicts and hands log and trial to the store. */
export async function runTrial(request: TrialRequest, ports: TrialPorts): Promise<RunTrial> {
  const { evalCase, attemptIndex, seed, evalRunId, isolation } = request;
  const startedAtMs = ports.clock.nowMs();
  const startMs = ports.clock.monotonicMs();
  const runId = ports.makeId<"run">();
  const { log, end } = await performWhole(request, ports, runId);
  const run = finishedRun(evalCase, log.events, end.state);
  const verdicts = end.failure ? [] : await judgeTrial(request.judges, run, evalCase);
  const outcome: TrialOutcome = end.failure ?? {
    kind: "scored",
    isPass: isPassing(verdicts),
    score: meanScore(verdicts),
  };
  const metrics = { ...measureTrial(log.events), durationMs: ports.clock.monotonicMs() - startMs };
  const trial: Trial = {
    id: ports.makeId<"trial">(),
    evalRunId,
    runId,
    caseId: evalCase.id,
    attemptIndex,
    seed,
    isolation: end.isolation ?? isolation,
    startedAtMs,
    outcome,
    verdicts,
    metrics,
  };
  // A cancelled trial leaves no trace, so that --resume tries it again.
  if (outcome.kind === "void" && outcome.reason === "cancelled") return { trial, saved: Promise.resolve() };
  const saved = Promise.all([ports.store.append(runId, log.events, 0), ports.store.saveTrial(trial)]);
  return { trial, saved: saved.then(() => undefined) };
}

/** Goes at one trial, when its workers keep going away. */
const LOST_TRIES_MAX = 3;

/** A worker that goes away takes its trial along: it is made again from the start, and what was told of it is dropped. */
async function performWhole(
  request: TrialRequest,
  ports: TrialPorts,
  runId: Id<"run">,
): Promise<{ log: TrialLog; end: PerformanceResult }> {
  for (let tryCount = 1; ; tryCount += 1) {
    const log = trialLog();
    const end = await perform({ request, ports, runId, log });
    if (!end.isLost || tryCount === LOST_TRIES_MAX) return { log, end };
  }
}

interface TrialLog {
  readonly events: RunEvent[];
  /** More was told than a log may hold: what came later is not in it. */
  readonly isCut: boolean;
  add(event: NewEvent): void;
  find<Type extends EventType>(type: Type): RunEvent<Type> | undefined;
}

function trialLog(): TrialLog {
  const events: RunEvent[] = [];
  let isCut = false;
  return {
    events,
    get isCut() {
      return isCut;
    },
    add(event) {
      const isFull = events.length >= LIMITS.trialEventsMax;
      const isEnd = event.type === "run.ended" || event.type === "state.captured" || event.type === "output.captured";
      if (!isFull || isEnd) events.push({ ...event, seq: events.length } as RunEvent);
      else isCut = true;
    },
    find: (type) => events.findLast((event) => event.type === type) as never,
  };
}

interface Performing {
  readonly request: TrialRequest;
  readonly ports: TrialPorts;
  readonly runId: Id<"run">;
  readonly log: TrialLog;
}

interface PerformanceResult {
  readonly state: StatePair | null;
  readonly failure?: Extract<TrialOutcome, { kind: "void" }>;
  readonly isolation?: IsolationLevel;
  /** Whoever performed it went away: nobody knows what the agent would have done. */
  readonly isLost?: boolean;
}

async function perform(performing: Performing): Promise<PerformanceResult> {
  const { request, log } = performing;
  let world: OpenWorld | undefined;
  try {
    world = await openCaseWorld(request);
    const performance = await performAgent(performing, world);
    if (request.signal.aborted) return { state: null, failure: voided("cancelled", "the run was cancelled") };
    refuseUnloadable(log);
    closeLog(performing, performance);
    const state = (await captureState(world)) ?? performance.state;
    if (state) log.add({ ...stamp(performing), type: "state.captured", changes: diffState(state.before, state.after) });
    const failure = modelFailure(log);
    const { isolation } = performance;
    return { state, ...(failure && { failure }), ...(isolation && { isolation }) };
  } catch (error) {
    const isLost = error instanceof AegisError && error.code === "sandbox.lost" && !request.signal.aborted;
    return { state: null, failure: failureOf(error, request.signal), isLost };
  } finally {
    await world?.close();
  }
}

function openCaseWorld({ suite, evalCase, attemptIndex, seed, signal }: TrialRequest): Promise<OpenWorld> {
  const { user, metadata } = evalCase;
  const { state, clock } = evalCase.world;
  const request = {
    caseId: evalCase.id,
    attemptIndex,
    seed,
    state,
    user,
    metadata,
    signal,
    ...(clock !== undefined && { clock }),
  };
  return openWorld(suite.world, request).catch((cause: unknown) => {
    throw new WorldError("did not open", cause);
  });
}

/** An agent may bring a service down: whatever the reason, nobody knows what it did then. */
function captureState(world: OpenWorld): Promise<StatePair | null> {
  return world.captureState().catch((cause: unknown) => {
    throw new WorldError("could not tell its state", cause);
  });
}

class WorldError extends Error {
  constructor(what: string, cause: unknown) {
    super(`the case's world ${what}: ${(cause as Error).message}`, { cause });
  }
}

async function performAgent(performing: Performing, world: OpenWorld): Promise<TrialPerformance> {
  const { request, ports, runId, log } = performing;
  const { evalCase, suite, attemptIndex, seed, signal } = request;
  const modelReplay = recordingOf(evalCase.world.modelReplay, attemptIndex);
  const userReplay = recordingOf(evalCase.world.userReplay, attemptIndex);
  const progress = eventProgress();
  const endpoint = ports.endpoint?.register({
    runId,
    onEvent: (event) => log.add(event),
    reached: progress.reached,
    ...(modelReplay && { modelReplay }),
  });
  const { world: caseWorld, user, input } = evalCase;
  const job: TrialJob = {
    runId,
    caseId: evalCase.id,
    attemptIndex,
    seed,
    target: suite.target,
    input: userReplay?.map((message) => ({ user: message })) ?? input,
    user,
    env: { ...caseWorld.env, ...world.env },
    state: suite.world ? {} : caseWorld.state,
    approvals: caseWorld.approvals,
    prices: ports.prices,
    ...(caseWorld.clock !== undefined && { clock: caseWorld.clock }),
    ...(modelReplay && { modelReplay }),
    ...(endpoint && { modelBaseUrl: endpoint.baseUrl }),
  };
  try {
    const timeoutMs = evalCase.timeoutMs ?? suite.timeoutMs;
    const onEvent = (event: NewEvent) => {
      log.add(event);
      progress.count();
    };
    return await ports.perform({ job, timeoutMs, passEnv: suite.passEnv, onEvent, signal });
  } finally {
    progress.end();
    endpoint?.close();
  }
}

/** Attempts beyond the recorded ones repeat the last. */
function recordingOf<Recording>(
  recordings: readonly Recording[] | undefined,
  attemptIndex: number,
): Recording | undefined {
  return recordings?.[Math.min(attemptIndex, recordings.length - 1)];
}

/** An agent that cannot even be loaded is the project's mistake: no trial of it says anything about the agent. */
function refuseUnloadable(log: TrialLog): void {
  const error = log.find("run.started") ? undefined : log.find("run.ended")?.error;
  if (error?.name === "agent.bad_definition" || error?.name === "agent.not_found") {
    throw new AegisError(error.name, error.message);
  }
}

/** Adds what the process printed, and the end that an agent could not write itself. */
function closeLog(performing: Performing, performance: TrialPerformance): void {
  const { log } = performing;
  const end = log.find("run.ended");
  for (const stream of ["stdout", "stderr"] as const) {
    const output = performance[stream];
    if (output && output.bytes > 0) log.add({ ...stamp(performing), type: "output.captured", stream, ...output });
  }
  if (end && !log.isCut) return;
  const reason = log.isCut ? "too-many-events" : performance.reason;
  log.add({
    ...stamp(performing),
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

/** Refused access, too slow, too busy: nothing the agent did. */
const PROVIDER_STATUSES = new Set([401, 403, 408, 429]);

/** The provider's or the recording's failure is not the agent's: when it made the agent fail, the trial is void. */
function modelFailure(log: TrialLog): PerformanceResult["failure"] {
  const end = log.find("run.ended");
  const lastModel = log.find("model.returned");
  if (end?.outcome !== "failed" || !lastModel?.error) return undefined;
  const { name, message, status } = lastModel.error;
  if (name === "model.replay_miss" || name === "model.script_exhausted") return voided("recording", message);
  // Without a status the provider was never reached, or has no key; 4xx otherwise means that it was asked wrongly.
  const isProviders =
    name.startsWith("model.") || status === undefined || PROVIDER_STATUSES.has(status) || status >= 500;
  return isProviders ? voided("provider", message) : undefined;
}

function failureOf(error: unknown, signal: AbortSignal): NonNullable<PerformanceResult["failure"]> {
  if (signal.aborted) return voided("cancelled", "the run was cancelled");
  if (error instanceof WorldError) return voided("world", error.message);
  if (error instanceof AegisError && error.code.startsWith("sandbox.")) return voided("sandbox", error.message);
  throw error;
}

function voided(reason: VoidReason, message: string): NonNullable<PerformanceResult["failure"]> {
  return { kind: "void", reason, message };
}

/** In the time of the log: a case may set its own clock. */
function stamp({ ports, request, log }: Performing) {
  const isOwnTime = request.evalCase.world.clock !== undefined;
  const atMs = (isOwnTime ? log.events.at(-1)?.atMs : undefined) ?? ports.clock.nowMs();
  return { atMs, witness: "runtime" as const };
}

function finishedRun(evalCase: EvalCase, events: readonly RunEvent[], state: StatePair | null): FinishedRun {
  const { id, user, metadata, expected } = evalCase;
  return { events, state, caseId: id, user, metadata, ...(expected !== undefined && { expected: expected as Json }) };
}
