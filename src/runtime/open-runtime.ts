import { randomUUID } from "node:crypto";
import type { WorkerRecord } from "../domain/index.ts";
import { LIMITS } from "../kernel/index.ts";
import { routesAfterDeploy } from "./choose-version.ts";
import { TRIAL_AGENT } from "./conduct-trial-run.ts";
import type { Dispatcher } from "./dispatch.ts";
import { RunWorker } from "./run-worker.ts";
import type { Runtime } from "./runtime.ts";
import type { RuntimeOptions } from "./runtime-parts.ts";
import { StoredRuntime } from "./stored-runtime.ts";

/** Sessions and runs over a store, performed through a dispatcher. */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const workerId = `worker-${randomUUID()}`;
  const { store, agents, trials, clock, deploy = { kind: "replace" } } = options;
  const release = await store.holdWorker(workerId);
  const worker = new RunWorker({ ...options, workerId });
  // Trials are on offer to other processes, but no route leads to them: nobody who calls this one can start any.
  const offers = [...agents.offers, ...(trials ? [{ agent: TRIAL_AGENT, version: trials.version }] : [])];
  const record: WorkerRecord = { id: workerId, offers, state: "live", startedAtMs: clock.nowMs() };
  await store.saveWorker(record);
  for (const offered of agents.offers) {
    const routes = routesAfterDeploy(await store.listRoutes(offered.agent), offered, {
      mode: deploy,
      nowMs: clock.nowMs(),
    });
    if (routes) await store.setRoutes(offered.agent, routes);
  }
  // From here on: what is said to a run between its take-up and the first look would be missed otherwise.
  await worker.lookForSignals();
  const dispatcher = await options.openDispatcher({ workerId })(worker.perform);
  await takeUpStranded(options, dispatcher);
  return new StoredRuntime({ options, worker, record, dispatcher, release });
}

/** Runs that wait for code that can replay them go on with the process that has the very version that began them. */
async function takeUpStranded({ store, agents }: RuntimeOptions, dispatcher: Dispatcher): Promise<void> {
  for (const { agent, version } of agents.offers) {
    const paused = await store.listRuns({ agent, status: "paused", limit: LIMITS.pageRowsMax });
    const stranded = paused.filter((run) => run.pausedOn === "version" && run.version === version);
    for (const run of stranded) await dispatcher.dispatch(run).catch(() => undefined);
  }
}
