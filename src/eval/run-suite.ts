import { createHash } from "node:crypto";
import { canonicalJson, type Json, type JsonObject, seedFromText } from "../kernel/index.ts";
import type { EvalCase, EvalRun, EvalRunCase, IsolationLevel, RunEvent, Trial } from "../domain/index.ts";
import { type CaseJudges, compileCaseJudges, type MakeJudge } from "./judge-trial.ts";
import type { LoadedSuite } from "./loaded-suite.ts";
import { backlog } from "./backlog.ts";
import { runPool } from "./run-pool.ts";
import { unknownTools } from "./unknown-tools.ts";
import { runTrial } from "./run-trial.ts";
import type { TrialPorts } from "./trial-ports.ts";

export interface SuiteRunOptions {
  readonly name: string;
  readonly isolation: IsolationLevel;
  readonly concurrency: number;
  readonly seed: number;
  /** Stops starting trials once the known cost reaches it. */
  readonly budgetMicroUsd?: number;
  readonly signal: AbortSignal;
  readonly attributes: JsonObject;
  /** The interrupted run to go on with, and what it already has. */
  readonly resume?: { readonly run: EvalRun; readonly trials: readonly Trial[] };
  readonly onTrial?: (trial: Trial, progress: SuiteProgress) => void;
}

export interface SuiteProgress {
  readonly done: number;
  readonly total: number;
  readonly running: number;
}

export interface SuitePorts extends TrialPorts {
  readonly makeJudge: MakeJudge;
  readonly processId: number;
}

export interface SuiteRunResult {
  readonly run: EvalRun;
  readonly trials: readonly Trial[];
  /** Why trials are missing, if any are. */
  readonly stoppedBy: "cancel" | "budget" | null;
}

/** Runs every trial of a suite that is not done yet and stores them one by one; a second call with `resume` goes on. */
export async function runSuite(
  suite: LoadedSuite,
  options: SuiteRunOptions,
  ports: SuitePorts,
): Promise<SuiteRunResult> {
  const judges = await compileAll(suite, ports.makeJudge);
  let run = options.resume ? { ...options.resume.run, ...owned(ports) } : newRun({ suite, options, ports, judges });
  await (options.resume ? ports.store.updateEvalRun(run) : ports.store.createEvalRun(run));
  const trials: Trial[] = [...(options.resume?.trials ?? [])];
  const plan = planTrials(suite, trials);
  const total = plan.length + trials.length;
  let spentMicroUsd = 0;
  let stoppedBy: SuiteRunResult["stoppedBy"] = null;
  const attempt = async ({ evalCase, attemptIndex }: PlannedTrial, running: () => number) => {
    const { isolation, signal } = options;
    const seed = trialSeed(run.seed, evalCase.id, attemptIndex);
    const caseJudges = judges.get(evalCase.id) as CaseJudges;
    const request = { suite, evalCase, judges: caseJudges, evalRunId: run.id, attemptIndex, seed, isolation, signal };
    const { trial, saved } = await runTrial(request, ports);
    spentMicroUsd += trial.metrics.costMicroUsd ?? 0;
    if (trial.outcome.kind === "void" && trial.outcome.reason === "cancelled") return;
    // Shown and counted once it is durable; the next trial need not wait for that.
    await saving.add(
      saved.then(() => {
        trials.push(trial);
        options.onTrial?.(trial, { done: trials.length, total, running: running() });
      }),
    );
  };
  const isOverBudget = () => options.budgetMicroUsd !== undefined && spentMicroUsd >= options.budgetMicroUsd;
  const saving = backlog(SAVES_UNDER_WAY_MAX);
  try {
    await runPool(plan, {
      width: options.concurrency,
      isStopped: () => options.signal.aborted || isOverBudget(),
      work: attempt,
    });
    await saving.drained();
  } catch (error) {
    await saving.drained().catch(() => undefined);
    await giveUp(run, trials.length === 0 && !options.resume, ports).catch(() => undefined);
    throw error;
  }
  if (trials.length < total) stoppedBy = options.signal.aborted ? "cancel" : "budget";
  run = { ...run, ...(await agentSeen({ trials, ports, run, suite })), ...ended(stoppedBy, ports) };
  await ports.store.updateEvalRun(run);
  await ports.store.flush();
  return { run, trials, stoppedBy };
}

/** What is stored stays, to be gone on with once the cause is mended; a run that got no trial done leaves nothing behind. */
function giveUp(run: EvalRun, isEmpty: boolean, ports: SuitePorts): Promise<void> {
  if (isEmpty) return ports.store.removeEvalRun(run.id);
  return ports.store.updateEvalRun({ ...run, ...ended("cancel", ports) });
}

/** SHA-256 over everything that was asked, in hexadecimal. */
export function hashOf(value: unknown): string {
  return createHash("sha256")
    .update(canonicalJson(value as Json))
    .digest("hex");
}

/** @param caseHashes of the suite's cases, where they are known already */
export function suiteHashes(
  suite: LoadedSuite,
  judgeIds: readonly string[],
  caseHashes = suite.cases.map(caseHash),
): EvalRun["hashes"] {
  const { name, checks, scoreMin, timeoutMs, faults } = suite;
  return {
    suite: hashOf({ name, checks: plain(checks), scoreMin, timeoutMs, ...(faults.length > 0 && { faults }) }),
    dataset: hashOf(caseHashes),
    judge: hashOf([...judgeIds].sort()),
  };
}

/**
 * What is asked of the agent and held against what it did: not where the case is written or why, what it counts for (kind,
 * tags, the pass rate it needs), how often it is tried, or which recording stands in for model and user. A case that
 * graduates, or gets a tag, keeps its history.
 */
export function caseHash(evalCase: EvalCase): string {
  const { id, input, user, history, simulatedUser, world, expected, metadata, checks, timeoutMs } = evalCase;
  const { modelReplay: _model, userReplay: _user, ...asked } = world;
  return hashOf(
    plain({ id, input, user, history, simulatedUser, world: asked, expected, metadata, checks, timeoutMs }),
  );
}

/** Custom checks are functions: their source text stands for them. */
function plain(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) =>
      typeof member === "function" || member instanceof RegExp ? String(member) : member,
    ),
  ) as Json;
}

/** Trials handed to the store and not yet durable: enough to keep the store busy, few enough to lose little. */
const SAVES_UNDER_WAY_MAX = 500;

interface PlannedTrial {
  readonly evalCase: EvalCase;
  readonly attemptIndex: number;
}

/** All first attempts, then all second ones: an early stop leaves every case with about as many trials. */
function planTrials(suite: LoadedSuite, done: readonly Trial[]): PlannedTrial[] {
  const isDone = new Set(done.map((trial) => `${trial.attemptIndex} ${trial.caseId}`));
  const attemptCount = Math.max(0, ...suite.cases.map((evalCase) => evalCase.trials ?? suite.trials));
  return Array.from({ length: attemptCount }, (_, attemptIndex) =>
    suite.cases
      .filter(
        (evalCase) => attemptIndex < (evalCase.trials ?? suite.trials) && !isDone.has(`${attemptIndex} ${evalCase.id}`),
      )
      .map((evalCase) => ({ evalCase, attemptIndex })),
  ).flat();
}

async function compileAll(suite: LoadedSuite, makeJudge: MakeJudge): Promise<Map<string, CaseJudges>> {
  const { scorers, scoreMin } = suite;
  const common = await compileCaseJudges({ specs: suite.checks, file: suite.file, scorers, scoreMin, makeJudge });
  const entries = suite.cases.map(async (evalCase): Promise<[string, CaseJudges]> => {
    if (evalCase.checks.length === 0) return [evalCase.id, common];
    const file = evalCase.file ?? suite.file;
    const own = await compileCaseJudges({ specs: evalCase.checks, file, scorers: [], scoreMin, makeJudge });
    return [
      evalCase.id,
      { ...common, checks: [...common.checks, ...own.checks], judges: [...common.judges, ...own.judges] },
    ];
  });
  return new Map(await Promise.all(entries));
}

function newRun(made: {
  readonly suite: LoadedSuite;
  readonly options: SuiteRunOptions;
  readonly ports: SuitePorts;
  readonly judges: ReadonlyMap<string, CaseJudges>;
}): EvalRun {
  const { suite, options, ports, judges } = made;
  const judgeIds = new Set([...judges.values()].flatMap((each) => each.judges.map((judge) => judge.id)));
  const cases = suite.cases.map((evalCase) => runCase(suite, evalCase));
  return {
    id: ports.makeId<"eval-run">(),
    name: options.name,
    suite: suite.name,
    agent: { name: suite.target.kind === "file" ? suite.target.name : suite.name, version: "unknown" },
    models: [],
    origin: "run",
    isolation: options.isolation,
    seed: options.seed,
    startedAtMs: ports.clock.nowMs(),
    hashes: suiteHashes(
      suite,
      [...judgeIds],
      cases.map(({ hash }) => hash),
    ),
    cases,
    attributes: options.attributes,
    ...owned(ports),
  };
}

function runCase(suite: LoadedSuite, evalCase: EvalCase): EvalRunCase {
  const { id, kind, tags, passRate, file } = evalCase;
  const trials = evalCase.trials ?? suite.trials;
  return { id, kind, tags, trials, passRate, hash: caseHash(evalCase), ...(file !== undefined && { file }) };
}

function owned(ports: SuitePorts) {
  return {
    status: "running" as const,
    endedAtMs: null,
    owner: { pid: ports.processId, startedAtMs: ports.clock.nowMs() },
  };
}

function ended(stoppedBy: SuiteRunResult["stoppedBy"], ports: SuitePorts) {
  return {
    status: stoppedBy ? ("interrupted" as const) : ("finished" as const),
    endedAtMs: ports.clock.nowMs(),
    owner: null,
  };
}

/** The agent's version and the models, as the logs tell them: the runner never loads an agent that is isolated. */
async function agentSeen(seen: {
  readonly trials: readonly Trial[];
  readonly ports: SuitePorts;
  readonly run: EvalRun;
  readonly suite: LoadedSuite;
}): Promise<Pick<EvalRun, "agent" | "models" | "attributes">> {
  const { trials, ports, run, suite } = seen;
  const read = (some: readonly Trial[]) => Promise.all(some.map((trial) => ports.store.read(trial.runId)));
  const sample = await read(trials.slice(0, SAMPLE_COUNT));
  const models = new Set([...run.models, ...sample.flatMap(modelsIn)]);
  const agent = sample.flat().findLast((event) => event.type === "run.started")?.agent ?? run.agent;
  const specs = [...suite.checks, ...suite.cases.flatMap((each) => each.checks)];
  // Before a slip is told, more logs are asked: another case may offer other tools.
  const isSuspect = unknownTools(specs, sample).length > 0;
  const strangers = isSuspect ? unknownTools(specs, await read(trials.slice(0, SUSPECT_SAMPLE_COUNT))) : [];
  const attributes = strangers.length > 0 ? { ...run.attributes, unknownTools: strangers } : run.attributes;
  return { agent, models: [...models].sort(), attributes };
}

function modelsIn(events: readonly RunEvent[]): string[] {
  const asked = new Map(
    events.flatMap((event) => (event.type === "model.called" ? [[event.effect, event.model]] : [])),
  );
  return events.flatMap((event) =>
    event.type === "model.returned" ? [event.model ?? asked.get(event.effect) ?? "unknown"] : [],
  );
}

/** Logs read to learn which models a run used. */
const SAMPLE_COUNT = 20;
const SUSPECT_SAMPLE_COUNT = 500;

function trialSeed(runSeed: number, caseId: string, attemptIndex: number): number {
  return seedFromText(`${runSeed}/${caseId}/${attemptIndex}`);
}
