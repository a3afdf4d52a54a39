import type { EventType, NewEvent, RunEvent } from "../domain/index.ts";
import { AegisError, type Clock, type Id } from "../kernel/index.ts";
import type { LogStore } from "../store/index.ts";
import { type PromptHistory, promptHistoryOf, shortenPrompt } from "./prompt-history.ts";

/** An event on its way into the log; the log's clock gives it its time unless it has one. */
export type LogEntry = { [Each in EventType]: Omit<NewEvent<Each>, "atMs"> & { readonly atMs?: number } }[EventType];

/** The one writer of a run. A second writer of the same run is found out at its next append: "log.conflict". */
export interface RunLog {
  readonly runId: Id<"run">;
  /** Where the next event goes; events that are still being written are not counted. */
  readonly nextSeq: number;
  /**
   * Appends in the order of the calls; the events of one call stay together or are refused together.
   * A model call may hold its whole prompt (`keptCount: 0`): the log keeps the difference.
   * Nobody needs to wait for the promise: a failure nobody waited for is thrown by `flush`.
   * @throws {AegisError} "log.event_too_large" and "log.bad_event" refuse this call alone; any other ends the log
   */
  append(...entries: readonly LogEntry[]): Promise<RunEvent[]>;
  /** Resolves when everything handed over so far is durable; throws the first failure there was. */
  flush(): Promise<void>;
  /** Flushes; whoever appends afterwards is refused. */
  close(): Promise<void>;
}

export interface RunLogOptions {
  readonly store: LogStore;
  readonly runId: Id<"run">;
  readonly clock: Clock;
  /** The run's log so far, when it is gone on with. */
  readonly history?: readonly RunEvent[];
}

export function openRunLog(options: RunLogOptions): RunLog {
  return new RunLogWriter(options);
}

/** What one call handed over. */
interface Waiting {
  readonly events: readonly NewEvent[];
  readonly resolve: (events: RunEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

class RunLogWriter implements RunLog {
  readonly runId: Id<"run">;
  readonly #store: LogStore;
  readonly #clock: Clock;
  #nextSeq: number;
  #prompt: PromptHistory;
  #queue: Waiting[] = [];
  #isWriting = false;
  #last: Promise<unknown> = Promise.resolve();
  #firstFailure: { readonly error: unknown } | undefined;
  #end: { readonly error: unknown } | undefined;

  constructor({ store, runId, clock, history = [] }: RunLogOptions) {
    this.runId = runId;
    this.#store = store;
    this.#clock = clock;
    this.#nextSeq = (history.at(-1)?.seq ?? -1) + 1;
    this.#prompt = promptHistoryOf(history);
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  append(...entries: readonly LogEntry[]): Promise<RunEvent[]> {
    const events = entries.map((entry) => ({ ...entry, atMs: entry.atMs ?? this.#clock.nowMs() }) as NewEvent);
    const { promise, resolve, reject } = Promise.withResolvers<RunEvent[]>();
    const rejectQuietly = (error: unknown) => {
      this.#firstFailure ??= { error };
      promise.catch(() => undefined);
      reject(error);
    };
    this.#last = promise;
    if (this.#end !== undefined) rejectQuietly(this.#end.error);
    else {
      this.#queue.push({ events, resolve, reject: rejectQuietly });
      if (!this.#isWriting) void this.#write();
    }
    return promise;
  }

  async flush(): Promise<void> {
    await this.#settled();
    if (this.#firstFailure !== undefined) throw this.#firstFailure.error;
  }

  async close(): Promise<void> {
    await this.#settled();
    this.#end ??= { error: new AegisError("log.closed", `The log of run ${this.runId} is closed`) };
    await this.flush();
  }

  async #settled(): Promise<void> {
    await this.#last.catch(() => undefined);
  }

  /**
   * What is handed over while one append is under way goes together into the next; so does what follows from promises
   * that are settled already, like the answer of a tool that had nothing to wait for.
   */
  async #write(): Promise<void> {
    this.#isWriting = true;
    await new Promise<void>((resolve) => process.nextTick(resolve));
    while (this.#queue.length > 0) await this.#writeTogether(this.#queue.splice(0));
    this.#isWriting = false;
  }

  async #writeTogether(group: readonly Waiting[]): Promise<void> {
    if (this.#end !== undefined) return group.forEach(({ reject }) => reject(this.#end?.error));
    let prompt = this.#prompt;
    const events: NewEvent[] = [];
    for (const waiting of group) {
      for (const event of waiting.events) {
        const shortened = shortenPrompt(event, prompt);
        prompt = shortened.history;
        events.push(shortened.event);
      }
    }
    try {
      const firstSeq = this.#nextSeq;
      this.#nextSeq = await this.#store.append(this.runId, events, firstSeq);
      this.#prompt = prompt;
      this.#settle(
        group,
        events.map((event, index) => ({ ...event, seq: firstSeq + index }) as RunEvent),
      );
    } catch (error) {
      await this.#refuse(group, error);
    }
  }

  #settle(group: readonly Waiting[], events: readonly RunEvent[]): void {
    let from = 0;
    for (const { events: own, resolve } of group) resolve(events.slice(from, (from += own.length)));
  }

  /** An event that is itself unfit is refused alone; after any other failure nobody knows where the log ends. */
  async #refuse(group: readonly Waiting[], error: unknown): Promise<void> {
    const isUnfit =
      error instanceof AegisError && (error.code === "log.event_too_large" || error.code === "log.bad_event");
    if (isUnfit && group.length > 1) return this.#writeApart(group, error);
    if (!isUnfit) this.#end = { error };
    for (const { reject } of group) reject(error);
  }

  /** What belongs to a call that was refused is refused with it: the log never holds an answer to nothing. */
  async #writeApart(group: readonly Waiting[], error: unknown): Promise<void> {
    const refused = new Set<number>();
    for (const waiting of group) {
      const effects = waiting.events.flatMap((event) => ("effect" in event ? (event.effect ?? []) : []));
      const reject = (why: unknown) => {
        for (const effect of effects) refused.add(effect);
        waiting.reject(why);
      };
      if (effects.some((effect) => refused.has(effect))) waiting.reject(error);
      else await this.#writeTogether([{ ...waiting, reject }]);
    }
  }
}
