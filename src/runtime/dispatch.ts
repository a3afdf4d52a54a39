import type { RunRecord } from "../domain/index.ts";
import type { Id } from "../kernel/index.ts";

/** How one go at a run went. */
export type Performance =
  /** The run has ended; `next` is the session's next run, where one waits. */
  | { readonly kind: "ended"; readonly next: RunRecord | undefined }
  /** Put down until a signal comes, or this time. */
  | { readonly kind: "paused"; readonly wakeAtMs: number | null }
  /**
   * Nothing to do here. `over`: it has ended, waits for something, or another run of its session comes first; `held`: by a worker that lives, as far as the store can tell; `version`: a worker
   * that has its code is to take it.
   */
  | { readonly kind: "not-taken"; readonly because?: "held" | "version" | "over" }
  /** Given up without an end, because this process is going: whoever comes next goes on with it. */
  | { readonly kind: "abandoned" }
  /** Something of ours failed (the store, as a rule): to be tried again. */
  | { readonly kind: "failed"; readonly error: unknown };

export interface PerformOptions {
  /** Aborts when this process has to let go of the run. */
  readonly signal?: AbortSignal;
  /** The engine knows that the one who had the run is gone: it is taken from whoever the store says holds it. */
  readonly isTakeover?: boolean;
  /** The run as it was seen a moment ago, which may be out of date: it spares looking when it still holds. */
  readonly seen?: RunRecord;
}

/** The whole run, where it is at hand, spares whoever takes it a look. */
export type ToDispatch = RunRecord | Pick<RunRecord, "id" | "sessionId" | "agent" | "version">;

/** One worker's hands: takes a run, goes on with it from its log and stops at its end or at something to wait for. */
export type PerformRun = (runId: Id<"run">, options?: PerformOptions) => Promise<Performance>;

/**
 * Who performs accepted runs, and when. The store is the truth; a dispatcher only sees to it that somebody looks. Every
 * adapter passes `testing/dispatch-conformance.ts`.
 */
export interface Dispatcher {
  /**
   * Has a run performed, now or from `atMs` on. Resolves once the dispatcher has taken note. It may be told the same run
   * several times; a failure loses nothing, because `listDueRuns` still has it.
   */
  dispatch(run: ToDispatch, atMs?: number): Promise<void>;
  /** Runs this process is at work on. */
  readonly activeCount: number;
  /**
   * Takes nothing new and waits until what it has is done or put down; after `limitMs` it lets go of the rest.
   * @returns how many it let go of
   */
  drain(limitMs: number): Promise<number>;
  close(): Promise<void>;
}

/** Makes a dispatcher around a worker's hands. */
export type OpenDispatcher = (perform: PerformRun) => Promise<Dispatcher>;
