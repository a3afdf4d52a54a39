import type { CheckSpec, Finding, RunEvent, Trial } from "../../domain/index.ts";
import { compileCheck } from "../../check/index.ts";
import { AegisError, type Id } from "../../kernel/index.ts";
import { findingsOfTrial } from "../../eval/from-trace/index.ts";
import { readRun } from "../../log/index.ts";
import { readLog } from "../../trace/index.ts";
import { findSuites } from "../find-suites.ts";
import type { App } from "../open-app.ts";
import { openAppTraces } from "../traces/open-app-traces.ts";

/** A run somebody asks about: its log, and what is known to be wrong with it. */
export interface FoundRun {
  readonly runId: string;
  readonly events: readonly RunEvent[];
  readonly findings: readonly Finding[];
  /** Of the suite it was a trial of: those it failed. */
  readonly checks: readonly CheckSpec[];
}

/**
 * A run by its id, by the id of a trial, or as `aegis trace list` shows it: by the trace's id, or the beginning of one.
 * @throws {AegisError} "run.not_found"
 */
export async function findTracedRun(app: App, id: string): Promise<FoundRun> {
  const store = await app.store();
  const trial = await store.findTrial(id);
  const listed = trial ? undefined : await store.findTrace(id);
  const runId = trial?.runId ?? listed?.runId ?? (id as Id<"run">);
  const traces = await openAppTraces(app);
  const events = listed ? await traces.events(listed) : await readRun(store, runId);
  if (events.length > 0) {
    if (trial) return { runId, events, findings: findingsOfTrial(trial), checks: await failedChecks(app, trial) };
    // Read once more: people may have said since what became of it.
    const { summary } = readLog(events, { runId, feedback: await traces.feedback(runId) });
    return { runId, events, findings: summary.findings, checks: [] };
  }
  throw new AegisError("run.not_found", `there is no run and no trial ${JSON.stringify(id)}`, {
    details: { id },
    fix: "Give the id of a run or a trace (`aegis trace list`), or of a trial (`aegis eval show RUN --json`).",
  });
}

/** As the project's suite writes them now; what only TypeScript can say is left out. */
async function failedChecks(app: App, { evalRunId, caseId, verdicts }: Trial): Promise<CheckSpec[]> {
  const run = await (await app.store()).findEvalRun(evalRunId);
  if (run?.origin !== "run") return [];
  const { suites } = await findSuites(await app.config());
  const suite = suites.find(({ name }) => name === run.suite);
  const own = suite?.cases.find(({ id }) => id === caseId)?.checks ?? [];
  const failed = new Set(verdicts.filter(({ outcome }) => outcome === "fail").map(({ name }) => name));
  return [...(suite?.checks ?? []), ...own].filter(
    (spec) => holdsOnlyData(spec) && !("judge" in spec) && failed.has(compileCheck(spec).name),
  );
}

function holdsOnlyData(value: unknown): boolean {
  if (typeof value === "function" || value instanceof RegExp) return false;
  return typeof value !== "object" || value === null || Object.values(value).every(holdsOnlyData);
}
