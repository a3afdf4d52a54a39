import { AegisError, LIMITS } from "../../kernel/index.ts";
import type { EvalRun, RunEvent, Trial } from "../../domain/index.ts";
import type { LoadedSuite } from "../../eval/index.ts";
import { type GroupBy, type HistoryRun, promptOfLogs } from "../../eval/lifecycle/index.ts";
import { runFirst } from "../eval-records.ts";
import { findSuite } from "../find-suites.ts";
import type { App } from "../open-app.ts";
import type { Store } from "../../store/index.ts";

export interface HistoryRequest {
  /** Name or path; a name that only runs know will do. */
  readonly suite?: string;
  readonly by: GroupBy;
  /** How many of the newest runs are read. */
  readonly runCountMax: number;
}

export interface ReadHistory {
  readonly name: string;
  /** The suite's files as they are now; undefined where only runs tell of it. */
  readonly suite: LoadedSuite | undefined;
  readonly runs: readonly HistoryRun[];
  /** There are older runs that were not read. */
  readonly isCut: boolean;
}

/**
 * The runs of a suite with their trials, and its files where there are some: results that were imported have none.
 *
 * @throws {AegisError} "suite.not_found", or "eval.unknown_run" when it was never run
 */
export async function readHistory(app: App, request: HistoryRequest): Promise<ReadHistory> {
  const store = await app.store();
  const { suite, missing } = await suiteIfThere(app, request.suite);
  const name = suite?.name ?? request.suite ?? "";
  const found = await newestRuns(store, name, request.runCountMax + 1);
  if (found.length === 0 && missing) throw missing;
  if (found.length === 0) {
    throw new AegisError("eval.unknown_run", `suite ${name} has no eval run yet`, { fix: runFirst(name) });
  }
  const runs: HistoryRun[] = [];
  for (const run of found.slice(0, request.runCountMax)) {
    const trials = await store.listTrials(run.id);
    const prompt = request.by === "prompt" ? promptOfLogs(await beginnings(store, trials)) : undefined;
    runs.push({ run, trials, ...(prompt !== undefined && { prompt }) });
  }
  return { name, suite, runs, isCut: found.length > request.runCountMax };
}

async function suiteIfThere(app: App, wanted: string | undefined) {
  try {
    return { suite: await findSuite(await app.config(), wanted), missing: undefined };
  } catch (error) {
    if (error instanceof AegisError && error.code === "suite.not_found" && wanted !== undefined) {
      return { suite: undefined, missing: error };
    }
    throw error;
  }
}

async function newestRuns(store: Store, suite: string, countMax: number): Promise<EvalRun[]> {
  const runs: EvalRun[] = [];
  for (;;) {
    const limit = Math.min(LIMITS.pageRowsMax, countMax - runs.length);
    const last = runs.at(-1);
    const before = last && { startedAtMs: last.startedAtMs, id: last.id };
    const page = await store.listEvalRuns({ suite, limit, ...(before && { before }) });
    runs.push(...page);
    if (page.length < limit || runs.length >= countMax) return runs;
  }
}

/** Logs whose beginnings are read to learn a run's prompt, and how far. */
const SAMPLE_COUNT = 20;
const BEGINNING_EVENTS = 10;

function beginnings(store: Store, trials: readonly Trial[]): Promise<RunEvent[][]> {
  const scored = trials.filter(({ outcome }) => outcome.kind === "scored");
  return Promise.all(scored.slice(0, SAMPLE_COUNT).map(({ runId }) => store.read(runId, { limit: BEGINNING_EVENTS })));
}
