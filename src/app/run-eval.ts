import { availableParallelism } from "node:os";
import { AegisError, type Json, type JsonObject, seedFromText } from "../kernel/index.ts";
import { type EvalRun, type IsolationLevel, microUsdFromUsd, type Trial } from "../domain/index.ts";
import { type LoadedSuite, runSuite, type SuiteProgress, type SuiteRunResult } from "../eval/index.ts";
import { agentResolver, findSuite } from "./find-suites.ts";
import { gitAttributes } from "./git-attributes.ts";
import { type CaseFilter, filterCases } from "./filter-cases.ts";
import { judgeMaker } from "./make-judge.ts";
import type { App } from "./open-app.ts";
import { performerFor } from "./performers.ts";
import { findInterrupted } from "./resume-run.ts";
import { suiteEndpoint } from "./suite-endpoint.ts";

export interface EvalRequest extends CaseFilter {
  /** Name or path; the project's only suite unless told. */
  readonly suite?: string;
  /** Another agent than the suite names. */
  readonly agent?: string;
  readonly trials?: number;
  readonly isolation?: IsolationLevel;
  readonly concurrency?: number;
  /** Fresh for each run unless told; printed, so that a run can be repeated. */
  readonly seed?: number;
  readonly budgetUsd?: number;
  /** Goes on with the suite's last interrupted run, or with the one named. */
  readonly resume?: boolean | string;
  readonly runName?: string;
  readonly signal?: AbortSignal;
  readonly onStart?: (suite: LoadedSuite, isolation: IsolationLevel) => void;
  readonly onTrial?: (trial: Trial, progress: SuiteProgress) => void;
}

export type EvalResult = SuiteRunResult;

/** Runs a suite as the project's config says: the engine behind `aegis eval run` and `aegis.eval.run`. */
export async function runEval(app: App, request: EvalRequest): Promise<EvalResult> {
  const config = await app.config();
  const plan = await planEval(app, request);
  const { suite, isolation } = plan;
  const store = await app.store();
  const resume = request.resume ? await findInterrupted({ store, suite, wanted: request.resume }) : undefined;
  const chosen = resume ? { ...suite, cases: plan.allCases.filter((each) => resume.run.cases.some(({ id }) => id === each.id)) } : suite;
  if (chosen.cases.length === 0) throw new AegisError("suite.no_cases", `suite ${suite.name}: no case is left to run`);
  request.onStart?.(chosen, isolation);
  await using endpoint = await suiteEndpoint(chosen, config);
  const startedAtMs = app.clock.nowMs();
  return await runSuite(
    chosen,
    {
      name: request.runName ?? `${suite.name}-${new Date(startedAtMs).toISOString().replaceAll(/[-:.]/g, "").slice(0, 18)}`,
      isolation: resume?.run.isolation ?? isolation,
      concurrency: request.concurrency ?? config.concurrency ?? defaultConcurrency(isolation),
      seed: request.seed ?? seedFromText(app.makeId()),
      signal: request.signal ?? new AbortController().signal,
      attributes: { ...(await gitAttributes(config.root)), ...describeRequest(request) },
      ...(request.budgetUsd !== undefined && { budgetMicroUsd: microUsdFromUsd(request.budgetUsd) }),
      ...(resume && { resume }),
      ...(request.onTrial && { onTrial: request.onTrial }),
    },
    {
      store,
      clock: app.clock,
      makeId: app.makeId,
      processId: process.pid,
      prices: config.prices as unknown as JsonObject,
      perform: await performerFor(resume?.run.isolation ?? isolation, config.root),
      makeJudge: judgeMaker(config),
      ...(endpoint && { endpoint }),
    },
  );
}

export interface EvalPlan {
  readonly suite: LoadedSuite;
  readonly isolation: IsolationLevel;
  readonly allCases: LoadedSuite["cases"];
}

/** What a run would do, after filters and overrides. */
export async function planEval(app: App, request: EvalRequest): Promise<EvalPlan> {
  const config = await app.config();
  const loaded = await findSuite(config, request.suite);
  const target = request.agent === undefined ? loaded.target : agentResolver(config)(request.agent, app.cwd);
  const cases = await filterCases(loaded.cases, request, () => failingCases(app, loaded.name));
  const trials = request.trials;
  const suite: LoadedSuite = {
    ...loaded,
    target,
    ...(trials !== undefined && { trials }),
    cases: trials === undefined ? cases : cases.map((each) => ({ ...each, trials })),
  };
  return { suite, isolation: request.isolation ?? loaded.isolation, allCases: suite.cases };
}

/** Cases that did not pass all their trials in the suite's last finished run. */
async function failingCases(app: App, suite: string): Promise<ReadonlySet<string>> {
  const store = await app.store();
  const runs: EvalRun[] = await store.listEvalRuns({ suite, limit: 50 });
  const last = runs.find((run) => run.status === "finished");
  if (!last) throw new AegisError("eval.unknown_run", `suite ${suite} has no finished run to take failing cases from`);
  const trials = await store.listTrials(last.id);
  return new Set(trials.filter(({ outcome }) => outcome.kind === "scored" && !outcome.isPass).map((trial) => trial.caseId));
}

function defaultConcurrency(isolation: IsolationLevel): number {
  return isolation === "none" ? 16 : Math.max(1, availableParallelism());
}

function describeRequest(request: EvalRequest): JsonObject {
  const { cases, tags, kinds, failing, agent } = request;
  const told = { cases, tags, kinds, failing, agent };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Record<string, Json>;
}
