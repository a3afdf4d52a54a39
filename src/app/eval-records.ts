import { AegisError } from "../kernel/index.ts";
import type { EvalRun, Trial } from "../domain/index.ts";
import type { App } from "./open-app.ts";

export interface EvalRecord {
  readonly run: EvalRun;
  readonly trials: readonly Trial[];
}

/**
 * An eval run by id, by name, as `baseline:NAME` or `latest`; `suite` narrows the last two.
 *
 * @throws {AegisError} "eval.unknown_run" or "eval.no_baseline"
 */
export async function findRecord(app: App, wanted: string, suite?: string): Promise<EvalRecord> {
  const store = await app.store();
  const run = (await store.findEvalRun(wanted)) ?? (await findByAlias(app, wanted, suite));
  if (!run) {
    const names = (await store.listEvalRuns({ limit: 5 })).map((each) => each.name);
    const there = names.length > 0 ? `the newest are ${names.join(", ")}` : "the store has none";
    const isOfSuite = wanted === "latest" && suite !== undefined;
    const what = isOfSuite
      ? `suite ${JSON.stringify(suite)} has no eval run`
      : `no eval run is called ${JSON.stringify(wanted)}`;
    throw new AegisError("eval.unknown_run", `${what}; ${there}`, isOfSuite ? { fix: runFirst(suite) } : {});
  }
  return { run, trials: await store.listTrials(run.id) };
}

/** What to do about a suite that was never run: a list of runs would be empty. */
export function runFirst(suite: string): string {
  return `Run it first: \`aegis eval run --suite ${suite}\`.`;
}

/** The suite's baseline of that name. @throws {AegisError} "eval.no_baseline" */
export async function findBaselineRecord(app: App, suite: string, name: string): Promise<EvalRecord> {
  const store = await app.store();
  const id = await store.findBaseline(suite, name);
  const run = id && (await store.findEvalRun(id));
  if (!run) throw new AegisError("eval.no_baseline", `suite ${suite} has no baseline called ${JSON.stringify(name)}`);
  return { run, trials: await store.listTrials(run.id) };
}

async function findByAlias(app: App, wanted: string, suite: string | undefined): Promise<EvalRun | undefined> {
  const store = await app.store();
  if (wanted === "latest") {
    return (await store.listEvalRuns({ limit: 1, ...(suite !== undefined && { suite }) }))[0];
  }
  if (suite === undefined) return undefined;
  const id = await store.findBaseline(suite, wanted.replace(/^baseline:/, ""));
  return id && store.findEvalRun(id);
}
