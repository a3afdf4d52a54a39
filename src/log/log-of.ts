import type { Message, RunEvent } from "../domain/index.ts";
import { sharedCount } from "./prompt-history.ts";
import type { LogEntry } from "./run-log.ts";

/**
 * A log that no store holds, e.g. one read from a file, exactly as a `RunLog` would have written it.
 * @param startMs the time of events without a time of their own
 */
export function logOf(entries: readonly LogEntry[], { startMs = 0 } = {}): RunEvent[] {
  let prompt: readonly Message[] = [];
  return entries.map((entry, seq) => {
    const atMs = entry.atMs ?? startMs;
    if (entry.type !== "model.called") return { ...entry, atMs, seq } as RunEvent;
    const { keptCount, added } = entry;
    const before = prompt;
    prompt = keptCount === 0 ? added : [...before.slice(0, keptCount), ...added];
    const shared = keptCount === 0 ? sharedCount(before, added) : 0;
    if (shared === 0) return { ...entry, atMs, seq };
    return { ...entry, keptCount: shared, added: added.slice(shared), atMs, seq };
  });
}
