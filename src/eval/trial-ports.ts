import type { Clock, Id, JsonObject } from "../kernel/index.ts";
import type { EvalCase, IsolationLevel, NewEvent } from "../domain/index.ts";
import type { Store } from "../store/index.ts";
import type { OpenFixtureDatabase } from "../world/index.ts";
import type { EventProgress } from "./event-progress.ts";
import type { CaseJudges } from "./judge-trial.ts";
import type { LoadedSuite } from "./loaded-suite.ts";
import type { PerformTrial, TrialJob } from "./trial-job.ts";

/** Serves the suite's model to agents that call it over HTTP, one address per trial. */
export interface ModelEndpoint {
  register(trial: {
    readonly runId: string;
    readonly modelReplay?: TrialJob["modelReplay"];
    /** What a simulated user says next, told what the agent said last. */
    readonly nextMove?: NextMove;
    readonly onEvent: (event: NewEvent) => void;
    /** Resolves once so many of the agent's own events are in the log: a worker's come later than its model calls. */
    readonly reached: EventProgress["reached"];
  }): { readonly baseUrl: string; readonly userUrl?: string; close(): void };
}

/** Told what the agent said last; undefined before anything was said. */
export type NextMove = (agentSaid: string | undefined) => Promise<{ readonly say: string } | { readonly done: true }>;

/** Brings a simulated user to life for one trial. */
export type OpenUser = (
  spec: JsonObject,
  trial: { readonly seed: number; readonly signal: AbortSignal },
) => Promise<NextMove>;

export interface TrialPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  readonly perform: PerformTrial;
  readonly endpoint?: ModelEndpoint;
  readonly prices: JsonObject;
  /** For cases somebody simulated talks in. */
  readonly openUser?: OpenUser;
  /** For cases with a database of their own. */
  readonly openDatabase?: OpenFixtureDatabase;
}

export interface TrialRequest {
  readonly suite: LoadedSuite;
  readonly evalCase: EvalCase;
  readonly judges: CaseJudges;
  readonly evalRunId: Id<"eval-run">;
  readonly attemptIndex: number;
  readonly seed: number;
  readonly isolation: IsolationLevel;
  readonly signal: AbortSignal;
}
