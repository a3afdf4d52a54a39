import type { RunEvent } from "../domain/index.ts";
import type { Id } from "../kernel/index.ts";

type Listener = (nextSeq: number, events?: readonly RunEvent[]) => void;

/** Who wants to know of new events of which run, within this process. */
export class AppendListeners {
  readonly #byRun = new Map<Id<"run">, Set<{ readonly listener: Listener }>>();

  add(runId: Id<"run">, listener: Listener): () => void {
    const entry = { listener };
    const entries = this.#byRun.get(runId) ?? new Set();
    this.#byRun.set(runId, entries.add(entry));
    return () => {
      entries.delete(entry);
      if (entries.size === 0 && this.#byRun.get(runId) === entries) this.#byRun.delete(runId);
    };
  }

  /**
   * Each listener in a task of its own: one that throws harms neither the append nor the other listeners.
   * @param eventsOf makes what was appended, once, and only where somebody listens
   */
  tell(runId: Id<"run">, nextSeq: number, eventsOf?: () => readonly RunEvent[]): void {
    const entries = this.#byRun.get(runId);
    if (entries === undefined) return;
    const events = eventsOf?.();
    for (const { listener } of entries) queueMicrotask(() => listener(nextSeq, events));
  }
}
