import { randomUUID } from "node:crypto";
import type { WorkerRecord } from "../domain/index.ts";
import { LIMITS } from "../kernel/index.ts";
import { type DeployMode, routesAfterDeploy } from "./choose-version.ts";
import type { Dispatcher, OpenDispatcher } from "./dispatch.ts";
import { RunWorker, type RunWorkerOptions } from "./run-worker.ts";
import type { Runtime } from "./runtime.ts";
import { StoredRuntime } from "./stored-runtime.ts";

export interface RuntimeOptions extends Omit<RunWorkerOptions, "workerId"> {
  readonly openDispatcher: (worker: { readonly workerId: string }) => OpenDispatcher;
  readonly deploy?: DeployMode;
  /** For an engine that may lose what it was told: how often it is told again of what is due. */
  readonly reconcileMs?: number;
  /** Where failures of our own are told; runs go on. */
  readonly onError?: (error: unknown) => void;
}

/** Sessions and runs over a store, performed through a dispatcher. */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const workerId = `worker-${randomUUID()}`;
  const { store, agents, clock, deploy = { kind: "replace" } } = options;
  const release = await store.holdWorker(workerId);
  const worker = new RunWorker({ ...options, workerId });
  const record: WorkerRecord = { id: workerId, offers: agents.offers, state: "live", startedAtMs: clock.nowMs() };
  await store.saveWorker(record);
  for (const offered of agents.offers) {
    const routes = routesAfterDeploy(await store.listRoutes(offered.agent), offered, {
      mode: deploy,
      nowMs: clock.nowMs(),
    });
    if (routes) await store.setRoutes(offered.agent, routes);
  }
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
