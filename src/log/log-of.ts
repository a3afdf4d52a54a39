import type { NewEvent, RunEvent } from "../domain/index.ts";
import { NO_PROMPT, shortenPrompt } from "./prompt-history.ts";
import type { LogEntry } from "./run-log.ts";

/**
 * A log that no store holds, e.g. one read from a file, exactly as a `RunLog` would have written it.
 * @param startMs the time of events without a time of their own
 */
export function logOf(entries: readonly LogEntry[], { startMs = 0 } = {}): RunEvent[] {
  let prompt = NO_PROMPT;
  return entries.map((entry, seq) => {
    const shortened = shortenPrompt({ ...entry, atMs: entry.atMs ?? startMs } as NewEvent, prompt);
    prompt = shortened.history;
    return { ...shortened.event, seq } as RunEvent;
  });
}
