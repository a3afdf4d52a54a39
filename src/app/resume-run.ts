import { readFileSync } from "node:fs";
import { AegisError } from "../kernel/index.ts";
import type { EvalCase, EvalRun, Trial } from "../domain/index.ts";
import { type AgentTarget, hashOf, type LoadedSuite, suiteHashes } from "../eval/index.ts";
import type { Store } from "../store/index.ts";
import { type CaseFilter, filterCases } from "./filter-cases.ts";

/**
 * The interrupted run to go on with and the trials it keeps. Void trials are given up, so that they are tried again.
 *
 * @throws {AegisError} "eval.nothing_to_resume", "eval.still_running", "eval.changed_since"
 */
export async function findInterrupted(asked: {
  readonly store: Store;
  readonly suite: LoadedSuite;
  readonly wanted: boolean | string;
}): Promise<{ run: EvalRun; trials: Trial[]; suite: LoadedSuite }> {
  const { store, suite, wanted } = asked;
  const run = typeof wanted === "string" ? await store.findEvalRun(wanted) : await lastUnfinished(store, suite.name);
  if (!run) throw new AegisError("eval.nothing_to_resume", `suite ${suite.name} has no interrupted run`);
  if (run.owner && isAlive(run.owner)) {
    throw new AegisError("eval.still_running", `${run.name} is being run by process ${run.owner.pid}`, {
      details: { processId: run.owner.pid },
    });
  }
  const asBegun = await sameCases(run, suite);
  const trials = await store.listTrials(run.id);
  const isVoid = (trial: Trial) => trial.outcome.kind === "void";
  for (const trial of trials.filter(isVoid)) await store.removeTrial(trial.id);
  return { run, trials: trials.filter((trial) => !isVoid(trial)), suite: asBegun };
}

async function lastUnfinished(store: Store, suite: string): Promise<EvalRun | undefined> {
  const runs = await store.listEvalRuns({ suite, limit: 100 });
  return runs.find((run) => run.origin === "run" && run.status !== "finished");
}

/** The suite with the cases and trials the run began with. @throws {AegisError} "eval.changed_since" */
async function sameCases(run: EvalRun, suite: LoadedSuite): Promise<LoadedSuite> {
  const trials = new Map(run.cases.map((each) => [each.id, each.trials]));
  const asked = await casesAskedFor(run, suite);
  const cases = asked.flatMap((each) => {
    const count = trials.get(each.id);
    return count === undefined ? [] : [{ ...each, trials: count }];
  });
  const asBegun = { ...suite, cases };
  const now = suiteHashes(asBegun, []);
  const isSame = now.suite === run.hashes.suite && now.dataset === run.hashes.dataset && cases.length === asked.length;
  if (!isSame)
    throw new AegisError("eval.changed_since", `${run.name} began with another version of suite ${suite.name}`);
  return asBegun;
}

/** The run's own filters, so that a case that was added since is seen; which cases failed back then is not asked again. */
async function casesAskedFor(run: EvalRun, suite: LoadedSuite): Promise<readonly EvalCase[]> {
  const { cases, tags, kinds, failing } = run.attributes as CaseFilter;
  if (failing) return suite.cases.filter((each) => run.cases.some(({ id }) => id === each.id));
  const filter = { ...(cases && { cases }), ...(tags && { tags }), ...(kinds && { kinds }) };
  return filterCases(suite.cases, filter, async () => new Set());
}

/** SHA-256 of the file that defines the agent; what it imports is not followed. */
export function agentHash({ file }: AgentTarget): string {
  return hashOf(readFileSync(file, "utf8"));
}

/** @throws {AegisError} "eval.changed_since": two versions of an agent in one run would look like a flaky one */
export function checkAgentUnchanged(run: EvalRun, target: AgentTarget): void {
  const before = run.attributes["agentHash"];
  if (typeof before === "string" && before !== agentHash(target)) {
    throw new AegisError("eval.changed_since", `${run.name} began with another version of ${target.file}`);
  }
}

/** Is the process that wrote this run still there, and not another one with its number? */
function isAlive({ pid, startedAtMs }: NonNullable<EvalRun["owner"]>): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const bornMs = processStartMs(pid);
  return bornMs === undefined || bornMs <= startedAtMs + CLOCK_SLACK_MS;
}

/** The kernel counts in hundredths of a second from a boot time told in whole seconds. */
const CLOCK_SLACK_MS = 2_000;

/** When a process began, in milliseconds since the epoch; undefined where the system does not tell. */
function processStartMs(pid: number): number | undefined {
  try {
    const bootSeconds = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const startTicks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    const startMs = bootSeconds * 1_000 + startTicks * 10;
    return Number.isFinite(startMs) ? startMs : undefined;
  } catch {
    return undefined;
  }
}
