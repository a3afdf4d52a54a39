import { AegisError, type Clock, type Id } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import type { AgentDirectory } from "./agent-directory.ts";
import type { Dispatcher, ToDispatch } from "./dispatch.ts";
import type { RunWorker, RunWorkerOptions } from "./run-worker.ts";

/** What it takes to say something to a run. */
export interface Telling {
  readonly store: Store;
  readonly clock: Clock;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  readonly worker: Pick<RunWorker, "nudge">;
  readonly dispatcher: Pick<Dispatcher, "dispatch">;
  readonly onStep?: RunWorkerOptions["onStep"];
}

/** What it takes to take something in. */
export interface Acceptance extends Telling {
  readonly agents: AgentDirectory;
  readonly worker: RunWorker;
}

/** The store has the run, so an engine that cannot be told now is told when it is back. */
export async function tellDispatcher({ dispatcher }: Telling, run: ToDispatch): Promise<void> {
  await dispatcher.dispatch(run).catch((error: unknown) => {
    if (!(error instanceof AegisError && error.code === "dispatch.unavailable")) throw error;
  });
}
