import { AegisError, type Json, type JsonObject, seedFromText } from "../kernel/index.ts";
import { type EvalRun, type IsolationLevel, microUsdFromUsd, type Trial } from "../domain/index.ts";
import {
  type LoadedSuite,
  runSuite,
  type SuiteProgress,
  type SuiteRunOptions,
  type SuiteRunResult,
} from "../eval/index.ts";
import { agentResolver, findSuite } from "./find-suites.ts";
import { gitAttributes } from "./git-attributes.ts";
import { type CaseFilter, filterCases } from "./filter-cases.ts";
import type { App } from "./open-app.ts";
import { defaultConcurrency, openPerformer } from "./performers.ts";
import { agentHash, checkAgentUnchanged, findInterrupted } from "./resume-run.ts";
import { suiteEndpoint } from "./suite-endpoint.ts";
import { performerPlace, suitePorts } from "./suite-ports.ts";
import type { Workers } from "./workers/open-workers.ts";

export interface EvalRequest extends CaseFilter {
  /** Name or path; the project's only suite unless told. */
  readonly suite?: string;
  /** Another agent than the suite names. */
  readonly agent?: string;
  readonly trials?: number;
  readonly isolation?: IsolationLevel;
  /** Profiles of faults besides those of the suite. */
  readonly faults?: readonly string[];
  readonly concurrency?: number;
  /** Fresh for each run unless told; printed, so that a run can be repeated. */
  readonly seed?: number;
  readonly budgetUsd?: number;
  /** Goes on with the suite's last interrupted run, or with the one named. */
  readonly resume?: boolean | string;
  readonly runName?: string;
  readonly signal?: AbortSignal;
  /** Where trials are performed, instead of on this machine. */
  readonly workers?: "restate";
  /** `kept`: trials of an interrupted run that are not tried again. */
  readonly onStart?: (
    suite: LoadedSuite,
    isolation: IsolationLevel,
    kept: readonly Trial[],
    workerCount: number | undefined,
  ) => void;
  /** Told what is being built, where an isolation level takes that the first time. */
  readonly onPrepare?: (message: string) => void;
  readonly onTrial?: (trial: Trial, progress: SuiteProgress) => void;
}

export type EvalResult = SuiteRunResult;

/** Runs a suite as the project's config says: the engine behind `aegis eval run` and `aegis.eval.run`. */
export async function runEval(app: App, request: EvalRequest): Promise<EvalResult> {
  // The store's thread starts while the suite is read; git answers while the store opens.
  const opening = app.store();
  opening.catch(() => undefined);
  const config = await app.config();
  const resume = request.resume ? await planResume(app, request) : undefined;
  const { suite, isolation } = resume ?? (await planEval(app, request));
  const tree = gitAttributes(config.root);
  await opening;
  const workers = request.workers && (await (await import("./workers/open-workers.ts")).openWorkers(app, isolation));
  const { concurrency, onPrepare } = request;
  const place = { ...performerPlace(config, suite, concurrency), ...(onPrepare && { onProgress: onPrepare }) };
  const performer = workers ?? (await openPerformer(isolation, place));
  let endpoint: Awaited<ReturnType<typeof suiteEndpoint>>;
  try {
    request.onStart?.(suite, workers ? workers.isolation : isolation, resume?.trials ?? [], workers?.count);
    endpoint = await suiteEndpoint(suite, config);
    const options = await runOptions({ app, request, suite, isolation, resume, workers, tree: await tree });
    const result = await runSuite(
      suite,
      options,
      await suitePorts(app, { perform: performer.perform, ...(endpoint && { endpoint }) }),
    );
    return workers ? await workers.note(result) : result;
  } finally {
    await endpoint?.[Symbol.asyncDispose]();
    await performer[Symbol.asyncDispose]();
  }
}

async function runOptions(made: {
  readonly app: App;
  readonly request: EvalRequest;
  readonly suite: LoadedSuite;
  readonly isolation: IsolationLevel;
  readonly resume: Awaited<ReturnType<typeof planResume>> | undefined;
  readonly workers: Workers | undefined;
  /** What git says of the project. */
  readonly tree: JsonObject;
}): Promise<SuiteRunOptions> {
  const { app, request, suite, resume, workers, tree } = made;
  const isolation = workers?.isolation ?? made.isolation;
  const config = await app.config();
  const time = new Date(app.clock.nowMs()).toISOString().replaceAll(/[-:.]/g, "").slice(0, 18);
  return {
    name: request.runName ?? `${suite.name}-${time}`,
    isolation,
    concurrency: request.concurrency ?? config.concurrency ?? defaultConcurrency(isolation) * (workers?.count ?? 1),
    seed: request.seed ?? seedFromText(app.makeId()),
    signal: request.signal ?? new AbortController().signal,
    attributes: { ...tree, ...describeRequest(request), agentHash: agentHash(suite.target) },
    ...(request.budgetUsd !== undefined && { budgetMicroUsd: microUsdFromUsd(request.budgetUsd) }),
    ...(resume && { resume }),
    ...(request.onTrial && { onTrial: request.onTrial }),
  };
}

/** An interrupted run goes on with the cases, trials, agent and isolation it began with. */
async function planResume(app: App, request: EvalRequest) {
  const config = await app.config();
  const loaded = await findSuite(config, request.suite);
  const found = await findInterrupted({ store: await app.store(), suite: loaded, wanted: request.resume ?? true });
  const agent = request.agent ?? found.run.attributes["agent"];
  const target = typeof agent === "string" ? agentResolver(config)(agent, app.cwd) : loaded.target;
  checkAgentUnchanged(found.run, target);
  return { ...found, suite: { ...found.suite, target }, isolation: found.run.isolation };
}

export interface EvalPlan {
  readonly suite: LoadedSuite;
  readonly isolation: IsolationLevel;
}

/** What a run would do, after filters and overrides. */
export async function planEval(app: App, request: EvalRequest): Promise<EvalPlan> {
  const config = await app.config();
  const loaded = await findSuite(config, request.suite);
  const target = request.agent === undefined ? loaded.target : agentResolver(config)(request.agent, app.cwd);
  const cases = await filterCases(loaded.cases, request, () => failingCases(app, loaded.name));
  const trials = request.trials;
  if (request.faults) await refuseUnknownProfiles(request.faults);
  const suite: LoadedSuite = {
    ...loaded,
    target,
    faults: [...new Set([...loaded.faults, ...(request.faults ?? [])])],
    ...(trials !== undefined && { trials }),
    cases: trials === undefined ? cases : cases.map((each) => ({ ...each, trials })),
  };
  return { suite, isolation: request.isolation ?? loaded.isolation };
}

/** @throws {AegisError} "fault.unknown", before the first trial */
async function refuseUnknownProfiles(names: readonly string[]): Promise<void> {
  const { profileFaults } = await import("../fault/spec/index.ts");
  for (const name of names) profileFaults(name, { seed: 0 });
}

/** Cases that did not pass all their trials in the suite's last finished run. */
async function failingCases(app: App, suite: string): Promise<ReadonlySet<string>> {
  const store = await app.store();
  const runs: EvalRun[] = await store.listEvalRuns({ suite, limit: 50 });
  const last = runs.find((run) => run.status === "finished");
  if (!last) throw new AegisError("eval.unknown_run", `suite ${suite} has no finished run to take failing cases from`);
  const trials = await store.listTrials(last.id);
  return new Set(
    trials.filter(({ outcome }) => outcome.kind === "scored" && !outcome.isPass).map((trial) => trial.caseId),
  );
}

function describeRequest(request: EvalRequest): JsonObject {
  const { cases, tags, kinds, failing, agent, faults } = request;
  const told = { cases, tags, kinds, failing, agent, faults };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Record<string, Json>;
}
