import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { AegisError } from "../../../kernel/index.ts";
import type { Input, OperationName, Output, Reply, Request, WorkerSettings } from "./protocol.ts";

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AegisError) => void;
}

/**
 * Answers made known in one turn of the event loop. What follows from the first of many is on its way to the worker while
 * the rest are made known: otherwise, under load, each thread would wait for the other.
 */
const ANSWERS_PER_TURN = 128;

/**
 * The main thread's end. Requests of one turn of the event loop cross in one message, answers come back in order.
 * The worker keeps the process alive only while an answer is due.
 */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #exited: Promise<void>;
  #outgoing: Request[] = [];
  #waiting: Waiter[] = [];
  /** Answers to the first of those who wait, not made known yet. */
  #answers: Reply[] = [];
  #end: AegisError | undefined;

  constructor(settings: WorkerSettings) {
    this.#path = settings.path;
    this.#worker = startWorker(settings);
    this.#worker.on("message", (replies: Reply[]) => this.#take(replies));
    this.#worker.on("error", (error) => this.#fail(`its worker failed: ${String(error)}`));
    this.#exited = new Promise((resolve) => {
      this.#worker.on("exit", (exitCode) => {
        this.#fail(`its worker ended with code ${exitCode}`);
        resolve();
      });
    });
  }

  /** Resolves when the worker has opened its database. */
  opened(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve: () => resolve(), reject }));
  }

  call<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    if (this.#outgoing.length === 0) setImmediate(() => this.#send());
    if (this.#waiting.length === 0) this.#worker.ref();
    this.#outgoing.push({ name, input } as Request);
    return new Promise<Output<Name>>((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Writes what was handed over, closes the database and ends the worker. */
  async close(): Promise<void> {
    if (this.#end === undefined) {
      const closed = this.call("close", null);
      this.#end = this.#unavailable("it was closed");
      await closed;
    }
    this.#worker.ref();
    await this.#exited;
  }

  /** Ends the worker at once, as a crash would. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(): void {
    if (this.#outgoing.length === 0) return;
    const requests = this.#outgoing;
    this.#outgoing = [];
    this.#worker.postMessage(requests);
  }

  #take(replies: Reply[]): void {
    const isAtIt = this.#answers.length > 0;
    this.#answers = isAtIt ? this.#answers.concat(replies) : replies;
    if (!isAtIt) this.#tellSome();
  }

  #tellSome(): void {
    this.#send();
    this.#settle(this.#answers.splice(0, ANSWERS_PER_TURN));
    if (this.#answers.length > 0) setImmediate(() => this.#tellSome());
  }

  #settle(replies: readonly Reply[]): void {
    const waiters = this.#waiting.splice(0, replies.length);
    if (this.#waiting.length === 0) this.#worker.unref();
    for (const [index, waiter] of waiters.entries()) {
      const reply = replies[index];
      if (reply === undefined || "failure" in reply) waiter.reject(this.#errorOf(reply?.failure));
      else waiter.resolve(reply.value);
    }
  }

  #errorOf(failure: Extract<Reply, { failure: unknown }>["failure"] | undefined): AegisError {
    if (failure === undefined) return this.#unavailable("an answer is missing");
    return new AegisError(failure.code, failure.message, { details: { path: this.#path } });
  }

  #fail(why: string): void {
    this.#end ??= this.#unavailable(why);
    this.#settle(this.#answers.splice(0));
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#end);
  }

  #unavailable(why: string): AegisError {
    return new AegisError("store.unavailable", `The store ${this.#path} cannot be used: ${why}`, {
      details: { path: this.#path },
    });
  }
}

/** The same folder holds the worker as source and as built file. */
function startWorker(settings: WorkerSettings): Worker {
  const extension = new URL(import.meta.url).pathname.endsWith(".ts") ? "ts" : "js";
  // Flags given to the process (loaders, inspectors, preloads) would only make the worker slow to start.
  return new Worker(new URL(`./worker.${extension}`, import.meta.url), {
    workerData: settings,
    execArgv: [],
    env: { ...process.env, ...compileCache() },
    name: "aegis-store",
  });
}

/** A thread does not take over the compile cache that its process was given by a call. */
function compileCache(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
