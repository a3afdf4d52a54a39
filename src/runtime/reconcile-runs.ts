import type { RunRecord } from "../domain/index.ts";
import { type Clock, LIMITS } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import type { Dispatcher } from "./dispatch.ts";

/**
 * Tells the dispatcher again of every run that somebody should be at work on: those that are due, and those whose worker
 * is gone. An engine that was away when they were accepted, or has lost what it knew, loses no run.
 */
export async function reconcileRuns(at: {
  readonly store: Store;
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
}): Promise<void> {
  const { store, clock, dispatcher } = at;
  const due = await store.listDueRuns({ nowMs: clock.nowMs(), limit: LIMITS.pageRowsMax });
  const told = [...due, ...(await orphans(store))].map((run) => dispatcher.dispatch(run));
  const refused = (await Promise.allSettled(told)).find((outcome) => outcome.status === "rejected");
  if (refused) throw refused.reason;
}

async function orphans(store: Store): Promise<readonly RunRecord[]> {
  const dead: string[] = [];
  for (const { id } of await store.listWorkers()) if (!(await store.isWorkerHeld(id))) dead.push(id);
  const left = await store.listRunsOf(dead);
  const busy = new Set(left.map((run) => run.workerId));
  for (const id of dead) if (!busy.has(id)) await store.removeWorker(id);
  return left;
}
