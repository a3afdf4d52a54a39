import type { EventType, NewEvent } from "../domain/index.ts";
import { AegisError, LIMITS } from "../kernel/index.ts";

/** An event as stores keep it: what queries ask for in columns of its own, the rest as one JSON text. */
export interface EncodedEvent {
  readonly type: EventType;
  readonly atMs: number;
  readonly witness: string;
  readonly body: string;
}

/**
 * @throws {AegisError} "log.event_too_large" over LIMITS.eventBytesMax, "log.bad_event" when it is no JSON
 */
export function encodeEvent(event: NewEvent): EncodedEvent {
  const { type, atMs, witness, ...rest } = event;
  const body = stringify(event, "seq" in rest ? { ...rest, seq: undefined } : rest);
  const bytes = utf8BytesAtMost(body, LIMITS.eventBytesMax);
  if (bytes > LIMITS.eventBytesMax) {
    throw new AegisError("log.event_too_large", `A ${type} event of ${bytes} bytes is over the limit of the log`, {
      details: { type, bytes, bytesMax: LIMITS.eventBytesMax },
    });
  }
  return { type, atMs, witness, body };
}

function stringify(event: NewEvent, body: object): string {
  if (!Number.isFinite(event.atMs)) {
    throw new AegisError("log.bad_event", `A ${event.type} event has no time`, { details: { type: event.type } });
  }
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new AegisError("log.bad_event", `A ${event.type} event cannot be written as JSON: ${String(cause)}`, {
      cause,
      details: { type: event.type },
    });
  }
}

/** The exact size where it could matter; a UTF-16 unit is at most three bytes, so most texts need no counting. */
function utf8BytesAtMost(text: string, bytesMax: number): number {
  return text.length * 3 <= bytesMax ? text.length : Buffer.byteLength(text);
}
