import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { type FromServer, LINGER_MS, type ToServer } from "./messages.ts";

export interface SuperviseOptions {
  /** The program and its words, as for a fresh start. */
  readonly exec: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly drainMs: number;
  readonly say: (text: string) => void;
  readonly onReady: (ready: Extract<FromServer, { kind: "ready" }>) => void;
  /** With what serves after it; undefined when the new code did not start. */
  readonly onDeployed: (ready: Extract<FromServer, { kind: "ready" }> | undefined) => void;
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
/** A process that does not serve after so long is taken for broken. */
const START_MS = 60_000;

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
  /** The port that clients know. */
  #port: string | undefined;
  /** What processes are asked to listen on: those that share a socket must be asked alike. Undefined: as the flags say. */
  #asked: string | undefined;
  #isStopping = false;
  /** Starts and deploys follow one another. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: SuperviseOptions) {
    this.#options = options;
    // Each process takes connections by itself: one that hands over leaves those that wait to the others.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    // From source, the chat page is made by a part of Node that may change; whoever serves can do nothing about that.
    const execArgv = [...process.execArgv, "--disable-warning=ExperimentalWarning"];
    cluster.setupPrimary({ exec: options.exec, args: [...options.words], execArgv });
    void this.#inTurn(() => this.#begin());
  }

  get done(): Promise<number> {
    return this.#done.promise;
  }

  deploy(): Promise<void> {
    return this.#inTurn(() => this.#replace());
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#turn;
    if (this.#current) this.#drain(this.#current, { isHandover: false });
    for (const worker of this.#draining) tell(worker, { kind: "drain", isHandover: false });
    await Promise.all([...this.#draining].map((worker) => gone(worker)));
    this.#done.resolve(0);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work);
    return this.#turn;
  }

  async #begin(): Promise<void> {
    const first = this.#fork("replace");
    const ready = await readyOf(first);
    if (ready === undefined) return this.#done.resolve(first.process.exitCode ?? 1);
    this.#port = new URL(ready.url).port;
    this.#use(first);
    this.#options.onReady(ready);
  }

  async #replace(): Promise<void> {
    const { say, onDeployed } = this.#options;
    if (this.#isStopping) return;
    const next = await this.#start("replace");
    onDeployed(next?.ready);
    if (next === undefined) return say("The new version did not start; the old one goes on.\n");
    const before = this.#current;
    this.#use(next.worker);
    if (before) this.#drain(before, { isHandover: true });
    say("The new version takes what comes; the old one finishes what it has.\n");
  }

  /** What it had at work is in the store: the next process goes on with it. */
  async #restart(worker: Worker): Promise<void> {
    for (let failures = 0; this.#current === worker && !this.#isStopping; failures += 1) {
      if (failures > 0) await wait(Math.min(RESTART_MS_MAX, 50 * 2 ** failures));
      const next = await this.#start("join");
      if (next) this.#use(next.worker);
    }
  }

  /** A process that serves, on the port that clients know. */
  async #start(deploy: "replace" | "join"): Promise<Started | undefined> {
    // The socket went with the last process that had it.
    if (this.#current === undefined || this.#current.isDead()) this.#asked = this.#port;
    const worker = this.#fork(deploy);
    const ready = await readyOf(worker);
    if (ready === undefined || new URL(ready.url).port === this.#port) return ready && { worker, ready };
    // The one that had the socket went meanwhile, and a free port was taken instead.
    worker.process.kill("SIGKILL");
    await gone(worker);
    return this.#start(deploy);
  }

  #fork(deploy: "replace" | "join"): Worker {
    const { env } = this.#options;
    const port = this.#asked === undefined ? {} : { AEGIS_SERVE_PORT: this.#asked };
    const worker = cluster.fork({ ...env, AEGIS_SERVE_DEPLOY: deploy, ...port });
    // A message to a process that is going is not heard; that it is gone is told in any case.
    worker.on("error", () => undefined);
    return worker;
  }

  #use(worker: Worker): void {
    this.#current = worker;
    const lost = () => {
      if (this.#current !== worker || this.#isStopping) return;
      const { exitCode, signalCode } = worker.process;
      this.#options.say(`The server ended (${signalCode ?? exitCode}); it is started again.\n`);
      void this.#inTurn(() => this.#restart(worker));
    };
    worker.once("exit", lost);
    if (worker.isDead()) lost();
  }

  #drain(worker: Worker, { isHandover }: Pick<ToServer, "isHandover">): void {
    if (this.#current === worker) this.#current = undefined;
    if (worker.isDead()) return;
    this.#draining.add(worker);
    tell(worker, { kind: "drain", isHandover });
    const limitMs = this.#options.drainMs + (isHandover ? LINGER_MS : 0) + GO_MS;
    const timer = setTimeout(() => worker.process.kill("SIGKILL"), limitMs);
    worker.once("exit", () => {
      clearTimeout(timer);
      this.#draining.delete(worker);
    });
  }
}

type Ready = Extract<FromServer, { kind: "ready" }>;

interface Started {
  readonly worker: Worker;
  readonly ready: Ready;
}

/** What it says once it serves; undefined when it ended before, or took too long. */
function readyOf(worker: Worker): Promise<Ready | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => worker.process.kill("SIGKILL"), START_MS);
    worker.on("message", (message: FromServer) => {
      if (message.kind !== "ready") return;
      clearTimeout(timer);
      resolve(message);
    });
    worker.once("exit", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}

function tell(worker: Worker, message: ToServer): void {
  if (worker.isConnected()) worker.send(message);
}

async function gone(worker: Worker): Promise<void> {
  if (!worker.isDead()) await once(worker, "exit");
}
