import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { FromServer, ToServer } from "./messages.ts";

export interface SuperviseOptions {
  /** The program and its words, as for a fresh start. */
  readonly exec: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly drainMs: number;
  readonly say: (text: string) => void;
  readonly onReady: (ready: Extract<FromServer, { kind: "ready" }>) => void;
}

export interface Supervisor {
  /** Resolves with the exit code when nothing is left. */
  readonly done: Promise<number>;
  /** Starts the code that is there now and hands over to it; the old process finishes its runs. */
  deploy(): Promise<void>;
  stop(): Promise<void>;
}

/** How much longer than its drain a process may take to go. */
const GO_MS = 5_000;
const RESTART_MS_MAX = 5_000;

/**
 * Keeps one serving process alive and replaces it by the next version: both take connections from one socket, so that
 * none is refused in between.
 */
export function supervise(options: SuperviseOptions): Supervisor {
  return new ServeSupervisor(options);
}

class ServeSupervisor implements Supervisor {
  readonly #options: SuperviseOptions;
  readonly #done = Promise.withResolvers<number>();
  readonly #draining = new Set<Worker>();
  #current: Worker | undefined;
  #port: string | undefined;
  #isStopping = false;
  #failures = 0;

  constructor(options: SuperviseOptions) {
    this.#options = options;
    // Each process takes connections by itself: one that hands over leaves those that wait to the others.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({ exec: options.exec, args: [...options.words] });
    void this.#begin();
  }

  get done(): Promise<number> {
    return this.#done.promise;
  }

  async deploy(): Promise<void> {
    const { say } = this.#options;
    const before = this.#current;
    const next = this.#fork("replace");
    if (!(await isReady(next))) return say("The new version did not start; the old one goes on.\n");
    this.#use(next);
    if (before) this.#drain(before);
    say("The new version takes what comes; the old one finishes what it has.\n");
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#current) this.#drain(this.#current);
    await Promise.all([...this.#draining].map((worker) => gone(worker)));
    this.#done.resolve(0);
  }

  async #begin(): Promise<void> {
    const first = this.#fork("replace");
    if (await isReady(first)) return this.#use(first);
    this.#done.resolve(first.process.exitCode ?? 1);
  }

  #fork(deploy: "replace" | "join"): Worker {
    const { env } = this.#options;
    const worker = cluster.fork({
      ...env,
      AEGIS_SERVE_DEPLOY: deploy,
      ...(this.#port && { AEGIS_SERVE_PORT: this.#port }),
    });
    worker.on("message", (message: FromServer) => {
      if (message.kind !== "ready") return;
      // A process that comes after takes the very port the first was given.
      this.#port = new URL(message.url).port;
      this.#options.onReady(message);
    });
    return worker;
  }

  #use(worker: Worker): void {
    this.#current = worker;
    this.#failures = 0;
    worker.once("exit", () => void this.#lost(worker));
    if (worker.isDead()) void this.#lost(worker);
  }

  #drain(worker: Worker): void {
    if (this.#current === worker) this.#current = undefined;
    this.#draining.add(worker);
    worker.send({ kind: "drain" } satisfies ToServer);
    const timer = setTimeout(() => worker.process.kill("SIGKILL"), this.#options.drainMs + GO_MS);
    worker.once("exit", () => {
      clearTimeout(timer);
      this.#draining.delete(worker);
    });
  }

  /** What it had at work is in the store: the next process goes on with it. */
  async #lost(worker: Worker): Promise<void> {
    if (this.#current !== worker || this.#isStopping) return;
    this.#current = undefined;
    const { exitCode, signalCode } = worker.process;
    this.#options.say(`The server ended (${signalCode ?? exitCode}); it is started again.\n`);
    for (;;) {
      const next = this.#fork("join");
      if (await isReady(next)) return this.#isStopping ? this.#drain(next) : this.#use(next);
      this.#failures += 1;
      await wait(Math.min(RESTART_MS_MAX, 50 * 2 ** this.#failures));
      if (this.#isStopping) return;
    }
  }
}

/** True once it serves; false when it ended before. */
function isReady(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    worker.on("message", (message: FromServer) => {
      if (message.kind === "ready") resolve(true);
    });
    worker.once("exit", () => resolve(false));
  });
}

async function gone(worker: Worker): Promise<void> {
  if (!worker.isDead()) await once(worker, "exit");
}
