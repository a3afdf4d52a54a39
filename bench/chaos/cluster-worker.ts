// One place in the cluster where `aegis serve --single` runs: killed, frozen, ended and started again, always by order.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface ClusterWorkerOptions {
  readonly aegis: string;
  readonly folder: string;
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
  /** Was the store away at any moment since then? */
  readonly wasStoreAway: (sinceMs: number) => boolean;
  /** Told of what no worker does unless somebody harms it: it ended by itself, or did not end well. */
  readonly onFault: (what: string) => void;
}

const FLAGS = ["serve", "--single", "--json", "--port", "0"];
const START_LIMIT_MS = 60_000;
const START_AGAIN_MS = 200;

export class ClusterWorkerPlace {
  readonly #options: ClusterWorkerOptions;
  #child: ChildProcess | undefined;
  #url: string | undefined;
  #isFrozen = false;
  /** That its store is gone, as it says before it leaves without having waited for its runs. */
  #saidStoreIsGone = false;
  #isOrdered = true;
  /** One order at a time: what is asked of a worker that is being started waits until it is. */
  #lastOrder: Promise<unknown> = Promise.resolve();

  constructor(options: ClusterWorkerOptions) {
    this.#options = options;
  }

  /** Where it answers; undefined while it does not. */
  get url(): string | undefined {
    return this.#isFrozen ? undefined : this.#url;
  }

  /** Of the process that serves; 0 when there is none. */
  get pid(): number {
    return this.#url === undefined ? 0 : (this.#child?.pid ?? 0);
  }

  start(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  /** SIGKILL, a while without it, then another process. @param onKilled once it is dead */
  kill(awayMs: number, onKilled: () => void = () => {}): Promise<void> {
    return this.#inTurn(async () => {
      await this.#end("SIGKILL");
      onKilled();
      await delay(awayMs);
      await this.#start();
    });
  }

  /** SIGSTOP for a while: whoever waits for it takes it for dead, and then it goes on where it was. */
  freeze(forMs: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#isFrozen = true;
      this.#child?.kill("SIGSTOP");
      await delay(forMs);
      this.#child?.kill("SIGCONT");
      this.#isFrozen = false;
    });
  }

  /** SIGTERM, and another process once it has finished what it has. */
  replace(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#end("SIGTERM");
      await this.#start();
    });
  }

  /** SIGTERM. */
  end(): Promise<void> {
    return this.#inTurn(() => this.#end("SIGTERM"));
  }

  #inTurn(order: () => Promise<void>): Promise<void> {
    const done = this.#lastOrder.then(order);
    this.#lastOrder = done.catch(() => undefined);
    return done;
  }

  /** Where the servers it needs are away, it is started again until they are back, as any orchestrator would. */
  async #start(): Promise<void> {
    const until = performance.now() + START_LIMIT_MS;
    while (!(await this.#startOnce())) {
      if (performance.now() > until) throw new Error(`${this.#options.name} does not start; its log says why`);
      await delay(START_AGAIN_MS);
    }
  }

  async #startOnce(): Promise<boolean> {
    const { aegis, folder, env, name } = this.#options;
    const child = fork(aegis, FLAGS, {
      cwd: folder,
      execArgv: [],
      // It ends when the channel to this process closes, however that comes.
      env: { PATH: process.env["PATH"], HOME: folder, NO_COLOR: "1", ...env, AEGIS_LAUNCHED: "1" },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    this.#isOrdered = false;
    this.#saidStoreIsGone = false;
    const ready = Promise.withResolvers<string | undefined>();
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on("line", (line) => {
        this.#options.say(`${name}: ${line}`);
        if (line.includes("The store does not answer")) this.#saidStoreIsGone = true;
        if (line.startsWith('{"url"')) ready.resolve((JSON.parse(line) as { readonly url: string }).url);
      });
    }
    child.once("exit", (code, signal) => {
      ready.resolve(undefined);
      this.#options.say(`${name}: ended with ${signal ?? code}`);
      this.#noteEnd(child, signal ?? code);
    });
    this.#url = await ready.promise;
    return this.#url !== undefined;
  }

  /** While it starts, what it needs may be away; later it has to bear that. */
  #noteEnd(child: ChildProcess, how: NodeJS.Signals | number | null): void {
    if (this.#child !== child) return;
    const wasServing = this.#url !== undefined;
    this.#url = undefined;
    if (this.#isOrdered || !wasServing) return;
    this.#options.onFault(`${this.#options.name} ended by itself: ${how}`);
    void this.start().catch((error: unknown) => this.#options.onFault(String(error)));
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.#isOrdered = true;
    // With all it said.
    const gone = once(child, "close");
    const toldAtMs = Date.now();
    if (signal === "SIGKILL") this.#url = undefined;
    child.kill(signal);
    const [code] = (await gone) as [number | null];
    // Without its store it cannot wait for its runs, says so, and leaves them to the others: sysexits' "try again later".
    const isExcused = code === 74 && this.#saidStoreIsGone && this.#options.wasStoreAway(toldAtMs);
    if (signal === "SIGTERM" && code !== 0 && !isExcused) {
      this.#options.onFault(`${this.#options.name} was told to end, and ended with ${code}`);
    }
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
