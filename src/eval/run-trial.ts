import { AegisError, type Id } from "../kernel/index.ts";
import { diffState, type IsolationLevel, type Trial, type TrialOutcome } from "../domain/index.ts";
import { measureTrial } from "../log/index.ts";
import { type OpenWorld, openWorld, type StatePair, type WorldEnd } from "../world/index.ts";
import { finishedRun, isPassing, judgeTrial, meanScore } from "./judge-trial.ts";
import { performAgent } from "./perform-agent.ts";
import { closeLog } from "./trial-end.ts";
import { type TrialLog, trialLog } from "./trial-log.ts";
import type { TrialPorts, TrialRequest } from "./trial-ports.ts";
import {
  failureOf,
  missFailure,
  modelFailure,
  refuseBrokenWorld,
  refuseUnloadable,
  replayFailure,
  voided,
  type VoidTrial,
  WorldError,
} from "./trial-voids.ts";

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

interface Performing {
  readonly request: TrialRequest;
  readonly ports: TrialPorts;
  readonly runId: Id<"run">;
  readonly log: TrialLog;
}

interface PerformanceResult {
  readonly state: StatePair | null;
  readonly failure?: VoidTrial;
  readonly isolation?: IsolationLevel;
  /** Whoever performed it went away: nobody knows what the agent would have done. */
  readonly isLost?: boolean;
}

async function perform(performing: Performing): Promise<PerformanceResult> {
  const { request, log } = performing;
  let world: OpenWorld | undefined;
  try {
    world = await openCaseWorld(performing);
    const performance = await performAgent({ ...performing, world });
    if (request.signal.aborted) return { state: null, failure: voided("cancelled", "the run was cancelled") };
    refuseUnloadable(log);
    closeLog({ log, performance, stamp: () => stamp(performing) });
    refuseBrokenWorld(log);
    const state = await captureState(world, performance);
    if (state) log.add({ ...stamp(performing), type: "state.captured", changes: diffState(state.before, state.after) });
    const failure = replayFailure(performance.edge) ?? missFailure(log) ?? modelFailure(log);
    const { isolation } = performance;
    return { state, ...(failure && { failure }), ...(isolation && { isolation }) };
  } catch (error) {
    const isLost = error instanceof AegisError && error.code === "sandbox.lost" && !request.signal.aborted;
    return { state: null, failure: failureOf(error, request.signal), isLost };
  } finally {
    await world?.close();
  }
}

function openCaseWorld({ request: trial, ports }: Performing): Promise<OpenWorld> {
  const { suite, evalCase, attemptIndex, seed, signal } = trial;
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
  const { files, postgres } = evalCase.world;
  const parts = {
    factory: suite.world,
    request,
    ...(files !== undefined && { filesFolder: files }),
    ...(postgres && { postgres }),
    ...(ports.openDatabase && { openDatabase: ports.openDatabase }),
  };
  return openWorld(parts).catch((cause: unknown) => {
    // A fixture that is not there is the project's mistake, in every trial.
    if (cause instanceof AegisError && cause.code === "case.missing_fixture") throw cause;
    throw new WorldError("did not open", cause);
  });
}

/** An agent may bring a service down: whatever the reason, nobody knows what it did then. */
function captureState(world: OpenWorld, end: WorldEnd): Promise<StatePair | null> {
  return world.captureState(end).catch((cause: unknown) => {
    throw new WorldError("could not tell its state", cause);
  });
}

/** In the time of the log: a case may set its own clock. */
function stamp({ ports, request, log }: Performing) {
  const isOwnTime = request.evalCase.world.clock !== undefined;
  const atMs = (isOwnTime ? log.events.at(-1)?.atMs : undefined) ?? ports.clock.nowMs();
  return { atMs, witness: "runtime" as const };
}
