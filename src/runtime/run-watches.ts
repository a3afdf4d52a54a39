import type { RunEvent } from "../domain/index.ts";
import type { Id } from "../kernel/index.ts";
import { tailLogInPages, type TailOptions } from "../log/index.ts";
import type { Store } from "../store/index.ts";

/** Events of runs at work here are announced, and looked for all the same; those of others are only looked for. */
const LOOK_OWN_MS = 5_000;
const LOOK_OTHERS_MS = 150;
/** A run that waits for a person or a time is looked at less and less often, down to this. */
const LOOK_PAUSED_MS = 1_000;
const LOOK_EVENTS_MAX = 100;
/** A run that is gone ends no log: of so many looks that found nothing, one asks whether it is still there. */
const QUIET_LOOKS = 4;
/** No follower looks by itself: the longest that a timer can be set to. */
const POLL_NEVER_MS = 2 ** 31 - 1;

export interface RunWatchesOptions {
  readonly store: Pick<Store, "read" | "onAppend" | "findRun">;
  readonly isPerforming: (runId: Id<"run">) => boolean;
  /** How to wait for the next look; returns what calls it off. */
  readonly after?: (ms: number, look: () => void) => () => void;
}

/** Looks for what other processes append to runs that are followed here: once for all followers of a run. */
export class RunWatches {
  readonly #options: RunWatchesOptions;
  readonly #watched = new Map<Id<"run">, WatchedRun>();

  constructor(options: RunWatchesOptions) {
    this.#options = options;
  }

  /** The run's events from an offset on, as many at a time as there are; ends quietly when the run is gone. */
  async *follow(follow: Omit<TailOptions, "store" | "pollMs">): AsyncGenerator<readonly RunEvent[], void, undefined> {
    const { runId, signal } = follow;
    const run = this.#join(runId);
    const { over } = run;
    const store: TailOptions["store"] = {
      read: (_runId, page) => run.read(page),
      onAppend: (_runId, listener) => run.listen(listener),
    };
    try {
      const either = signal ? AbortSignal.any([signal, over]) : over;
      yield* tailLogInPages({ ...follow, store, signal: either, pollMs: () => POLL_NEVER_MS });
      run.throwIfFailed();
    } finally {
      this.#leave(runId, run);
    }
  }

  #join(runId: Id<"run">): WatchedRun {
    const before = this.#watched.get(runId);
    const run = before && !before.over.aborted ? before : new WatchedRun(runId, this.#options);
    this.#watched.set(runId, run);
    run.followerCount += 1;
    return run;
  }

  #leave(runId: Id<"run">, run: WatchedRun): void {
    run.followerCount -= 1;
    if (run.followerCount > 0) return;
    run.stop();
    if (this.#watched.get(runId) === run) this.#watched.delete(runId);
  }

  /** Something was said to the run: whoever has it, or takes it up, is about to answer. */
  expect(runId: Id<"run">): void {
    this.#watched.get(runId)?.expect();
  }
}

type Listener = Parameters<Store["onAppend"]>[1];

class WatchedRun {
  followerCount = 0;
  readonly #runId: Id<"run">;
  readonly #options: RunWatchesOptions;
  readonly #listeners = new Set<Listener>();
  readonly #over = new AbortController();
  readonly #stopListening: () => void;
  /** Where the log ends, as far as anybody here has seen. */
  #endSeq = 0;
  #isPaused = false;
  #quietCount = 0;
  #failure: { readonly error: unknown } | undefined;
  #isStopped = false;
  #callOff: (() => void) | undefined;

  constructor(runId: Id<"run">, options: RunWatchesOptions) {
    this.#runId = runId;
    this.#options = options;
    this.#stopListening = options.store.onAppend(runId, (nextSeq, events) => this.#announce(nextSeq, events));
    this.#schedule();
  }

  get over(): AbortSignal {
    return this.#over.signal;
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  async read(page: Parameters<Store["read"]>[1]): Promise<RunEvent[]> {
    const events = await this.#options.store.read(this.#runId, page);
    const last = events.at(-1);
    // One follower's reading tells the others: the next look begins behind it.
    if (last && last.seq >= this.#endSeq) this.#announce(last.seq + 1, [last]);
    else if (last?.seq === this.#endSeq - 1) this.#isPaused = last.type === "run.paused";
    return events;
  }

  listen(listener: Listener): () => void {
    // Each its own, whoever else hands in the same function.
    const own: Listener = (...told) => listener(...told);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  expect(): void {
    this.#quietCount = 0;
    if (this.#callOff) this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#callOff?.();
    this.#stopListening();
  }

  #announce(nextSeq: number, events: readonly RunEvent[] | undefined): void {
    const last = events?.at(-1);
    if (nextSeq >= this.#endSeq) this.#isPaused = last?.type === "run.paused";
    this.#endSeq = Math.max(this.#endSeq, nextSeq);
    this.#quietCount = 0;
    for (const listener of this.#listeners) listener(nextSeq, events);
  }

  #schedule(): void {
    this.#callOff?.();
    const { after = afterTimeout } = this.#options;
    this.#callOff = after(this.#waitMs(), () => {
      this.#callOff = undefined;
      this.#look().then(
        () => {
          if (!this.#isStopped && !this.over.aborted) this.#schedule();
        },
        (error: unknown) => {
          this.#failure = { error };
          this.#over.abort();
        },
      );
    });
  }

  #waitMs(): number {
    if (this.#isPaused) return Math.min(LOOK_PAUSED_MS, LOOK_OTHERS_MS * 2 ** Math.min(this.#quietCount, 10));
    return this.#options.isPerforming(this.#runId) ? LOOK_OWN_MS : LOOK_OTHERS_MS;
  }

  async #look(): Promise<void> {
    const { store } = this.#options;
    const fromSeq = this.#endSeq;
    const events = await store.read(this.#runId, { fromSeq, limit: LOOK_EVENTS_MAX });
    const last = events.at(-1);
    if (last) return this.#announce(last.seq + 1, events);
    this.#quietCount += 1;
    if (this.#quietCount % QUIET_LOOKS !== 1) return;
    if ((await store.findRun(this.#runId)) === undefined) this.#over.abort();
  }
}

function afterTimeout(ms: number, look: () => void): () => void {
  const timer = setTimeout(look, ms);
  return () => clearTimeout(timer);
}
