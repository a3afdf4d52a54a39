import { setTimeout as sleep } from "node:timers/promises";
import type { AgentVersion, RunRecord } from "../../domain/index.ts";
import { AegisError, type Clock, type Id, LIMITS, systemClock } from "../../kernel/index.ts";
import type { Dispatcher, PerformRun, Performance } from "../dispatch.ts";
import { RestateClient } from "./restate-client.ts";
import { type HandBack, type HandedRun, listenForRestate, type RestateEndpoint } from "./restate-endpoint.ts";
import { restateServiceName } from "./restate-service.ts";
import { TakeoverPatience } from "./takeover-patience.ts";

export interface RestateDispatcherOptions {
  /** Where Restate takes messages, e.g. `http://127.0.0.1:8080`. */
  readonly ingressUrl: string;
  /** Where Restate is told of workers, e.g. `http://127.0.0.1:9070`. Without it somebody else registers them. */
  readonly adminUrl?: string;
  /** Where this worker listens for Restate; port 0 for any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Where Restate reaches this worker and all others that offer the same: a balancer, as a rule. Itself unless given. */
  readonly advertisedUrl?: string;
  /** The versions this worker has the code of. */
  readonly offers: readonly AgentVersion[];
  /** Public keys of the Restate servers that may hand over runs (`publickeyv1_...`); a must beyond loopback. */
  readonly identityKeys?: readonly string[];
  /** Runs at a time; the rest is left to other workers. */
  readonly activeMax?: number;
  /**
   * How long a run is left with a worker that Restate has lost but that holds its lock in the store; 0 unless told.
   * More needs a `perform` that says `because`.
   */
  readonly takeoverAfterMs?: number;
  readonly startLimitMs?: number;
  readonly clock?: Clock;
  readonly fetch?: typeof fetch;
}

/** A dispatcher, and the port it listens on. */
export interface RestateDispatcher extends Dispatcher {
  readonly port: number;
}

/**
 * Dispatches through a Restate server: it keeps the message until a worker has answered it, hands it to another one when
 * the connection to the first is lost, and hands over the runs of one session one at a time. The run's log is the
 * journal; Restate sees a run as one long step.
 * @throws {AegisError} "dispatch.unavailable" when Restate or its SDK is not there, "dispatch.unidentified"
 */
export function openRestateDispatcher(
  options: RestateDispatcherOptions,
): (perform: PerformRun) => Promise<RestateDispatcher> {
  return async (perform) => {
    const dispatcher = new OwnRestateDispatcher(options, perform);
    await dispatcher.open();
    return dispatcher;
  };
}

/** How long Restate waits before it tries a run again on which something of ours failed. */
const FAILED_RETRY_MS = 1_000;
/** And on one that a worker let go of: another one is there, as a rule. */
const ABANDONED_RETRY_MS = 25;
/** And on one that came to a worker which has not got it, or has not got its code. */
const ELSEWHERE_RETRY_MS = 100;
/** How long runs that were let go may take to notice. */
const LET_GO_LIMIT_MS = 1_000;
const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

class OwnRestateDispatcher implements RestateDispatcher {
  readonly #options: RestateDispatcherOptions;
  readonly #perform: PerformRun;
  readonly #client: RestateClient;
  readonly #clock: Clock;
  /** Of the versions this worker has the code of. */
  readonly #services: ReadonlySet<string>;
  readonly #active = new Map<string, Promise<Performance>>();
  readonly #patience: TakeoverPatience;
  readonly #letGo = new AbortController();
  #endpoint: RestateEndpoint | undefined;
  #state: "open" | "draining" | "closed" = "open";

  constructor(options: RestateDispatcherOptions, perform: PerformRun) {
    this.#options = options;
    this.#perform = perform;
    this.#clock = options.clock ?? systemClock;
    this.#patience = new TakeoverPatience(this.#clock, options.takeoverAfterMs ?? 0);
    this.#services = new Set(options.offers.map(restateServiceName));
    this.#client = new RestateClient({
      ingressUrl: withoutSlash(options.ingressUrl),
      adminUrl: options.adminUrl === undefined ? undefined : withoutSlash(options.adminUrl),
      fetch: options.fetch ?? fetch,
    });
  }

  get port(): number {
    return this.#endpoint?.port ?? 0;
  }

  get activeCount(): number {
    return this.#active.size;
  }

  async open(): Promise<void> {
    const { listen, identityKeys, startLimitMs = LIMITS.engineStartMs } = this.#options;
    if (!LOOPBACK.has(listen.host) && (identityKeys ?? []).length === 0) {
      throw new AegisError("dispatch.unidentified", `anybody who reaches ${listen.host} could hand over runs`);
    }
    const { activeMax = LIMITS.activeRunsMax } = this.#options;
    this.#endpoint = await listenForRestate({
      ...listen,
      identityKeys,
      isTaking: () => this.#state === "open" && this.#active.size < activeMax,
      perform: (handed) => this.#handle(handed),
    });
    try {
      await this.#register(startLimitMs);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #register(limitMs: number): Promise<void> {
    const { advertisedUrl, listen } = this.#options;
    const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
    const baseUrl = withoutSlash(advertisedUrl ?? `http://${host}:${this.port}`);
    await Promise.all([...this.#services].map((service) => this.#client.register(service, { baseUrl, limitMs })));
  }

  async dispatch(run: Pick<RunRecord, "id" | "sessionId" | "agent" | "version">, atMs?: number): Promise<void> {
    if (this.#state === "closed") throw new AegisError("dispatch.unavailable", "this dispatcher is closed");
    const service = restateServiceName(run);
    const message = { service, key: run.sessionId, runId: run.id, delayMs: this.#delayMs(atMs) };
    if (await this.#client.send(message)) return;
    // A Restate server that came back without what it knew.
    if (this.#services.has(service)) await this.#register(0);
    if (await this.#client.send(message)) return;
    throw new AegisError("dispatch.unavailable", `no worker has offered version ${run.version} of ${run.agent} yet`, {
      details: { agent: run.agent, version: run.version },
      fix: "Start a worker that has this version's code; the run waits for it.",
    });
  }

  async #handle(handed: HandedRun): Promise<HandBack> {
    // Handed over again while this worker is still at it: the connection was lost, not the worker.
    const performance = await (this.#active.get(handed.runId) ?? this.#begin(handed));
    if (performance.kind === "abandoned") return { retryAfterMs: ABANDONED_RETRY_MS, because: "the worker is going" };
    if (performance.kind === "failed") return { retryAfterMs: FAILED_RETRY_MS, because: explain(performance.error) };
    return performance.kind === "not-taken" ? this.#leave(handed, performance.because) : "done";
  }

  #leave({ runId, service }: HandedRun, because = this.#services.has(service) ? "over" : "version"): HandBack {
    if (because === "held") this.#patience.note(runId);
    else this.#patience.forget(runId);
    return because === "over" ? "done" : { retryAfterMs: ELSEWHERE_RETRY_MS, because: "another worker has it" };
  }

  #begin(handed: HandedRun): Promise<Performance> {
    const work = this.#performOnce(handed).finally(() => this.#active.delete(handed.runId));
    this.#active.set(handed.runId, work);
    return work;
  }

  async #performOnce(handed: HandedRun): Promise<Performance> {
    try {
      const runId = handed.runId as Id<"run">;
      const isTakeover = this.#patience.isOver(runId);
      const performance = await this.#perform(runId, { signal: this.#letGo.signal, isTakeover });
      if (performance.kind === "ended" && performance.next !== undefined) await this.dispatch(performance.next);
      if (performance.kind === "paused" && performance.wakeAtMs !== null) {
        await this.#client.send({ ...handed, delayMs: this.#delayMs(performance.wakeAtMs) });
      }
      return performance;
    } catch (error) {
      return { kind: "failed", error };
    }
  }

  #delayMs(atMs: number | undefined): number {
    return atMs === undefined ? 0 : Math.max(0, Math.ceil(atMs - this.#clock.nowMs()));
  }

  async drain(limitMs: number): Promise<number> {
    if (this.#state === "open") this.#state = "draining";
    await this.#idle(limitMs);
    const leftCount = this.#active.size;
    if (leftCount > 0) await this.#abandon();
    return leftCount;
  }

  async close(): Promise<void> {
    this.#state = "closed";
    if (this.#active.size > 0) await this.#abandon();
    await this.#endpoint?.close();
  }

  async #abandon(): Promise<void> {
    this.#letGo.abort();
    await this.#idle(LET_GO_LIMIT_MS);
  }

  /** Resolves when nothing is at work, or the limit is over. */
  async #idle(limitMs: number): Promise<void> {
    const timer = new AbortController();
    const late = sleep(limitMs, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([late, Promise.allSettled(this.#active.values())]);
    timer.abort();
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
