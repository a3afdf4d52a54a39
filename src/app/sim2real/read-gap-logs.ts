import type { RunEvent, RunRecord, TraceSummary } from "../../domain/index.ts";
import { LIMITS } from "../../kernel/index.ts";
import { readRun } from "../../log/index.ts";
import type { LoggedRun, ProductionQuery } from "../../ready/index.ts";
import type { Store, TraceQuery } from "../../store/index.ts";
import type { Traces } from "../../trace/index.ts";
import { type EvalRecord, findRecord } from "../eval-records.ts";
import type { App } from "../open-app.ts";
import { settleBeforeLooking } from "../traces/settle-before-looking.ts";
import { openAppTraces } from "../traces/open-app-traces.ts";

export interface GapLogs {
  /** What was read, for a heading. */
  readonly name: string;
  readonly runs: readonly LoggedRun[];
}

/** Logs of an eval run's scored trials: what broke on our side says nothing of the agent. */
export async function readEvalLogs(
  app: App,
  { run = "latest", suite }: { readonly run?: string | undefined; readonly suite?: string | undefined },
): Promise<GapLogs> {
  return readTrialLogs(await app.store(), await findRecord(app, run, suite));
}

/**
 * Logs of production, the newest `limit` runs.
 * @throws {AegisError} "eval.unknown_run"
 */
export async function readProductionLogs(
  app: App,
  { query, limit }: { readonly query: ProductionQuery; readonly limit: number },
): Promise<GapLogs> {
  const store = await app.store();
  if (query.kind === "run") return readTrialLogs(store, await findRecord(app, query.name));
  if (query.kind === "live") {
    const records = await listEndedRuns(store, limit);
    return {
      name: "live runs",
      runs: await readAll(
        records,
        ({ id }) => id,
        ({ id }) => readRun(store, id),
      ),
    };
  }
  await settleBeforeLooking(app);
  const traces = await openAppTraces(app);
  const found = await listProduction(traces, query.filter, limit);
  return {
    name: "traces",
    runs: await readAll(
      found,
      ({ runId }) => runId,
      (trace) => traces.events(trace),
    ),
  };
}

async function readTrialLogs(store: Store, { run, trials }: EvalRecord): Promise<GapLogs> {
  const scored = trials.filter(({ outcome }) => outcome.kind === "scored");
  const runs = await readAll(
    scored,
    ({ runId }) => runId,
    ({ runId }) => readRun(store, runId),
  );
  return { name: run.name, runs: runs.map((each, index) => ({ ...each, cluster: scored[index]!.caseId })) };
}

/** Some at a time: a store answers many questions at once, memory holds the logs anyway. */
const READS_AT_ONCE = 32;

async function readAll<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  read: (item: Item) => Promise<readonly RunEvent[]>,
): Promise<LoggedRun[]> {
  const runs: LoggedRun[] = [];
  for (let start = 0; start < items.length; start += READS_AT_ONCE) {
    const part = items.slice(start, start + READS_AT_ONCE);
    runs.push(...(await Promise.all(part.map(async (item) => ({ runId: idOf(item), events: await read(item) })))));
  }
  return runs;
}

async function listEndedRuns(store: Store, limit: number): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  while (records.length < limit) {
    const last = records.at(-1);
    const page = await store.listRuns({
      status: "ended",
      limit: Math.min(LIMITS.pageRowsMax, limit - records.length),
      ...(last && { before: { createdAtMs: last.createdAtMs, id: last.id } }),
    });
    records.push(...page);
    if (page.length === 0) break;
  }
  return records;
}

/** Trials are no production: they would be held against themselves. Only who asks for them by `origin` gets them. */
const PRODUCTION = ["live", "observed"] as const;

async function listProduction(traces: Traces, filter: Filter, limit: number): Promise<TraceSummary[]> {
  const origins = filter.origin === undefined ? PRODUCTION : [filter.origin];
  const found = await Promise.all(origins.map((origin) => listTraces(traces, { ...filter, origin }, limit)));
  return found
    .flat()
    .toSorted((left, right) => right.startedAtMs - left.startedAtMs)
    .slice(0, limit);
}

type Filter = Omit<TraceQuery, "limit">;

async function listTraces(traces: Traces, filter: Filter, limit: number): Promise<TraceSummary[]> {
  const found: TraceSummary[] = [];
  while (found.length < limit) {
    const last = found.at(-1);
    const page = await traces.list({
      ...filter,
      limit: Math.min(LIMITS.pageRowsMax, limit - found.length),
      ...(last && { before: { startedAtMs: last.startedAtMs, runId: last.runId } }),
    });
    found.push(...page);
    if (page.length === 0) break;
  }
  return found;
}
