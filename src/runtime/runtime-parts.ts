import type { WorkerRecord } from "../domain/index.ts";
import type { DeployMode } from "./choose-version.ts";
import type { Dispatcher, OpenDispatcher } from "./dispatch.ts";
import type { RunWorker, RunWorkerOptions } from "./run-worker.ts";

export interface RuntimeOptions extends Omit<RunWorkerOptions, "workerId"> {
  readonly openDispatcher: (worker: { readonly workerId: string }) => OpenDispatcher;
  readonly deploy?: DeployMode;
  /** For an engine that may lose what it was told: how often it is told again of what is due. */
  readonly reconcileMs?: number;
  /** Where failures of our own are told; runs go on. */
  readonly onError?: (error: unknown) => void;
}

/** What a runtime is made of. */
export interface RuntimeParts {
  readonly options: RuntimeOptions;
  readonly worker: RunWorker;
  readonly record: WorkerRecord;
  readonly dispatcher: Dispatcher;
  readonly release: () => Promise<void>;
}
