import type { NewEvent } from "../../domain/index.ts";
import { LIMITS } from "../../kernel/index.ts";

/** Why the log would refuse these events, before anything is written; undefined where it takes them. */
export function whyOverLimit(events: readonly NewEvent[]): string | undefined {
  if (events.length > LIMITS.trialEventsMax) {
    return `makes ${events.length} events, more than ${LIMITS.trialEventsMax}`;
  }
  for (const event of events) {
    const byteCount = Buffer.byteLength(JSON.stringify(event));
    if (byteCount > LIMITS.eventBytesMax) {
      return `holds a message of ${byteCount} bytes, more than ${LIMITS.eventBytesMax}`;
    }
  }
  return undefined;
}
