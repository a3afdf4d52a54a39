import { AegisError } from "../kernel/index.ts";
import type { EvalRun, Trial } from "../domain/index.ts";
import { type LoadedSuite, suiteHashes } from "../eval/index.ts";
import type { Store } from "../store/index.ts";

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
  if (run.owner && isAlive(run.owner.pid)) {
    throw new AegisError("eval.still_running", `${run.name} is being run by process ${run.owner.pid}`, {
      details: { processId: run.owner.pid },
    });
  }
  const asBegun = sameCases(run, suite);
  const trials = await store.listTrials(run.id);
  const isVoid = (trial: Trial) => trial.outcome.kind === "void";
  for (const trial of trials.filter(isVoid)) await store.removeTrial(trial.id);
  return { run, trials: trials.filter((trial) => !isVoid(trial)), suite: asBegun };
}

async function lastUnfinished(store: Store, suite: string): Promise<EvalRun | undefined> {
  const runs = await store.listEvalRuns({ suite, limit: 100 });
  return runs.find((run) => run.origin === "run" && run.status !== "finished");
}

/** The suite with the cases and trials the run began with. */
function sameCases(run: EvalRun, suite: LoadedSuite): LoadedSuite {
  const trials = new Map(run.cases.map((each) => [each.id, each.trials]));
  const cases = suite.cases.flatMap((each) => {
    const count = trials.get(each.id);
    return count === undefined ? [] : [{ ...each, trials: count }];
  });
  const asBegun = { ...suite, cases };
  const now = suiteHashes(asBegun, []);
  if (now.suite !== run.hashes.suite || now.dataset !== run.hashes.dataset) {
    throw new AegisError("eval.changed_since", `${run.name} began with another version of suite ${suite.name}`);
  }
  return asBegun;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
