import type { AgentVersion, RunRecord } from "../../domain/index.ts";
import { type Clock, type Id, LIMITS } from "../../kernel/index.ts";
import type { RunStore, DeploymentStore } from "../../store/index.ts";
import type { Dispatcher, OpenDispatcher, Performance, PerformRun, ToDispatch } from "../dispatch.ts";

export interface LocalDispatcherOptions {
  readonly store: RunStore & DeploymentStore;
  readonly workerId: string;
  readonly offers: readonly AgentVersion[];
  readonly clock: Clock;
  /** How often to look for what became due: timers, decisions and runs that other processes left. */
  readonly pollMs?: number;
  readonly activeMax?: number;
  /** Told of failures of ours; the run is tried again. */
  readonly onError?: (error: unknown) => void;
}

const POLL_MS = 200;
/** Runs of versions that nobody offers any more, and of workers that died, are looked for less often. */
const LEFTOVERS_EVERY = 5;
const RETRY_MS_MAX = 5_000;

/** Performs runs in this process; what it was not told of, it finds in the store. */
export function localDispatcher(options: LocalDispatcherOptions): OpenDispatcher {
  return async (perform) => {
    const dispatcher = new LocalDispatcher(options, perform);
    await dispatcher.start();
    return dispatcher;
  };
}

class LocalDispatcher implements Dispatcher {
  readonly #options: LocalDispatcherOptions;
  readonly #perform: PerformRun;
  readonly #active = new Map<Id<"run">, Promise<void>>();
  /** Told again while at work: looked at once more afterwards. */
  readonly #again = new Set<Id<"run">>();
  readonly #letGo = new AbortController();
  readonly #failures = new Map<Id<"run">, number>();
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();
  #pollCount = 0;
  /** `draining`: of what it put down before, it takes up what becomes due; the rest is for other processes. */
  #state: "open" | "draining" | "closed" = "open";

  constructor(options: LocalDispatcherOptions, perform: PerformRun) {
    this.#options = options;
    this.#perform = perform;
  }

  get activeCount(): number {
    return this.#active.size;
  }

  async start(): Promise<void> {
    await this.#poll();
    this.#schedule();
  }

  dispatch(run: ToDispatch, atMs = 0): Promise<void> {
    // What lies in the future is found by looking, like everything that became due while nobody was here.
    const isNow = atMs <= this.#options.clock.nowMs();
    if (this.#state === "open" && isNow) this.#begin(run.id, "status" in run ? run : undefined);
    return Promise.resolve();
  }

  async drain(limitMs: number): Promise<number> {
    if (this.#state === "open") this.#state = "draining";
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, limitMs);
    await Promise.race([this.#allDone(), timeout.promise]);
    clearTimeout(timer);
    this.#state = "closed";
    clearTimeout(this.#timer);
    await this.#polling;
    const left = this.#active.size;
    this.#letGo.abort();
    await this.#allDone();
    return left;
  }

  async close(): Promise<void> {
    await this.drain(0);
  }

  async #allDone(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active.values());
  }

  #begin(runId: Id<"run">, seen?: RunRecord): void {
    const { activeMax = LIMITS.activeRunsMax } = this.#options;
    if (this.#state === "closed" || this.#active.size >= activeMax) return;
    if (this.#active.has(runId)) {
      this.#again.add(runId);
      return;
    }
    this.#active.set(runId, this.#work(runId, seen));
  }

  async #work(runId: Id<"run">, seen: RunRecord | undefined): Promise<void> {
    const done = await this.#perform(runId, { signal: this.#letGo.signal, ...(seen && { seen }) });
    this.#active.delete(runId);
    const isAgain = this.#again.delete(runId);
    if (done.kind === "ended") this.#goOnWith(done.next);
    else if (done.kind === "failed") this.#retryLater(runId, done);
    else if (isAgain || isDue(done, this.#options.clock)) this.#begin(runId);
    if (done.kind !== "failed") this.#failures.delete(runId);
  }

  /** A run that nobody has begun is for the process that takes what comes. */
  #goOnWith(next: RunRecord | undefined): void {
    if (next && this.#state === "open") this.#begin(next.id);
  }

  #retryLater(runId: Id<"run">, { error }: Extract<Performance, { kind: "failed" }>): void {
    const count = (this.#failures.get(runId) ?? 0) + 1;
    this.#failures.set(runId, count);
    if (this.#state !== "closed") this.#options.onError?.(error);
    setTimeout(() => this.#begin(runId), Math.min(RETRY_MS_MAX, 50 * 2 ** count)).unref();
  }

  #schedule(): void {
    if (this.#state === "closed") return;
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll().then(() => this.#schedule());
    }, this.#options.pollMs ?? POLL_MS);
  }

  async #poll(): Promise<void> {
    const { activeMax = LIMITS.activeRunsMax, onError } = this.#options;
    const isForLeftovers = this.#pollCount++ % LEFTOVERS_EVERY === 0;
    try {
      const limit = Math.min(LIMITS.pageRowsMax, activeMax - this.#active.size);
      const isOpen = this.#state === "open";
      if (limit > 0) await this.#lookForDue(limit, isForLeftovers && isOpen);
      if (isForLeftovers && isOpen) await this.#lookForOrphans();
    } catch (error) {
      onError?.(error);
    }
  }

  async #lookForDue(limit: number, isForLeftovers: boolean): Promise<void> {
    const { store, clock, offers } = this.#options;
    const due = await store.listDueRuns({ nowMs: clock.nowMs(), limit, ...(isForLeftovers ? {} : { offers }) });
    for (const run of due) {
      const isFor = this.#state === "open" || run.status === "paused";
      if (isFor && !this.#active.has(run.id)) this.#begin(run.id);
    }
  }

  /** Runs whose worker is gone without having put them down. */
  async #lookForOrphans(): Promise<void> {
    const { store, workerId } = this.#options;
    const dead: string[] = [];
    for (const worker of await store.listWorkers()) {
      if (worker.id !== workerId && !(await store.isWorkerHeld(worker.id))) dead.push(worker.id);
    }
    for (const run of await store.listRunsOf([...dead, workerId])) {
      const isOurs = run.workerId === workerId;
      if (!this.#active.has(run.id) && !(isOurs && this.#failures.has(run.id))) this.#begin(run.id);
    }
    const left = new Set((await store.listRunsOf(dead)).map((run) => run.workerId));
    for (const id of dead) if (!left.has(id)) await store.removeWorker(id);
  }
}

function isDue(done: Performance, clock: Clock): boolean {
  return done.kind === "paused" && done.wakeAtMs !== null && done.wakeAtMs <= clock.nowMs();
}
