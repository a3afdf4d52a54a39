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

  /**
   * The run's events from an offset on, as many at a time as there are; ends quietly when the run is gone. Every token
   * of every stream passes here: no generator around the log's own, and no composed signal.
   */
  follow(follow: Omit<TailOptions, "store" | "pollMs">): AsyncGenerator<readonly RunEvent[], void, undefined> {
    const { runId, signal } = follow;
    const end = new AbortController();
    const abort = () => end.abort();
    if (signal?.aborted) abort();
    let run: WatchedRun | undefined;
    const store: TailOptions["store"] = {
      read: (id, page) => (run ? run.read(page) : this.#options.store.read(id, page)),
      onAppend: (_id, listener) => {
        const joined = (run = this.#watch(runId));
        const leave = joined.join({ listener, onGone: abort });
        signal?.addEventListener("abort", abort, { once: true });
        return () => {
          signal?.removeEventListener("abort", abort);
          leave();
          if (joined.isStopped && this.#watched.get(runId) === joined) this.#watched.delete(runId);
        };
      },
    };
    return tailLogInPages({ ...follow, store, signal: end.signal, pollMs: () => Number.POSITIVE_INFINITY });
  }

  #watch(runId: Id<"run">): WatchedRun {
    const before = this.#watched.get(runId);
    const run = before && !before.isOver ? before : new WatchedRun(runId, this.#options);
    this.#watched.set(runId, run);
    return run;
  }

  /** Something was said to the run: whoever has it, or takes it up, is about to answer. */
  expect(runId: Id<"run">): void {
    this.#watched.get(runId)?.expect();
  }
}

interface Follower {
  readonly listener: Parameters<Store["onAppend"]>[1];
  readonly onGone: () => void;
}

class WatchedRun {
  readonly #runId: Id<"run">;
  readonly #options: RunWatchesOptions;
  readonly #followers = new Set<Follower>();
  readonly #stopListening: () => void;
  /** Where the log ends, as far as anybody here has seen. */
  #endSeq = 0;
  #isPaused = false;
  #quietCount = 0;
  /** This process appended events since the last look. */
  #isHeard = false;
  #failure: { readonly error: unknown } | undefined;
  /** Gone, or not to be looked at any more: who comes later watches anew. */
  isOver = false;
  isStopped = false;
  #callOff: (() => void) | undefined;

  constructor(runId: Id<"run">, options: RunWatchesOptions) {
    this.#runId = runId;
    this.#options = options;
    this.#stopListening = options.store.onAppend(runId, (nextSeq, events) => {
      this.#isHeard = true;
      this.#announce(nextSeq, events);
    });
    this.#schedule();
  }

  async read(page: Parameters<Store["read"]>[1]): Promise<RunEvent[]> {
    if (this.#failure) throw this.#failure.error;
    const events = await this.#options.store.read(this.#runId, page);
    const last = events.at(-1);
    // One follower's reading tells the others: the next look begins behind it.
    if (last && last.seq >= this.#endSeq) this.#announce(last.seq + 1, [last]);
    else if (last?.seq === this.#endSeq - 1) this.#isPaused = last.type === "run.paused";
    return events;
  }

  /** Returns what leaves again; the last one to leave stops the looking. */
  join(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size === 0) this.#stop();
    };
  }

  expect(): void {
    this.#quietCount = 0;
    if (this.#callOff) this.#schedule();
  }

  #stop(): void {
    this.isStopped = true;
    this.#callOff?.();
    this.#stopListening();
  }

  #announce(nextSeq: number, events: readonly RunEvent[] | undefined): void {
    const last = events?.at(-1);
    if (nextSeq >= this.#endSeq) this.#isPaused = last?.type === "run.paused";
    this.#endSeq = Math.max(this.#endSeq, nextSeq);
    this.#quietCount = 0;
    for (const { listener } of this.#followers) listener(nextSeq, events);
  }

  #schedule(): void {
    this.#callOff?.();
    const { after = afterTimeout } = this.#options;
    this.#callOff = after(this.#waitMs(), () => {
      this.#callOff = undefined;
      // What is announced needs no looking for.
      const isHeard = this.#isHeard;
      this.#isHeard = false;
      if (isHeard) return this.#schedule();
      return void this.#look().then(
        () => {
          if (!this.isStopped && !this.isOver) this.#schedule();
        },
        (error: unknown) => this.#fail(error),
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
    if ((await store.findRun(this.#runId)) !== undefined) return;
    this.isOver = true;
    for (const { onGone } of this.#followers) onGone();
  }

  /** Followers wake, read, and are told. */
  #fail(error: unknown): void {
    this.#failure = { error };
    this.isOver = true;
    for (const { listener } of this.#followers) listener(Number.MAX_SAFE_INTEGER, undefined);
  }
}

function afterTimeout(ms: number, look: () => void): () => void {
  const timer = setTimeout(look, ms);
  return () => clearTimeout(timer);
}
