import type { NewEvent, RunEvent } from "../domain/index.ts";
import { decodeEvent } from "./decode-event.ts";
import type { EncodedEvent } from "./encode-event.ts";

/**
 * An event as a reader of the log gets it, whatever becomes of the objects it was made of. Most are tokens, and flat: what
 * JSON keeps as it is need not be read from JSON for each of them.
 */
export function readBack(event: NewEvent, encoded: EncodedEvent, seq: number): () => RunEvent {
  const { type, atMs, witness, body } = encoded;
  if (!isFlat(event)) return () => decodeEvent({ seq, type, at_ms: atMs, witness, body });
  const read = Object.assign({ seq, type, atMs, witness }, event, { seq }) as RunEvent;
  return () => read;
}

function isFlat(event: NewEvent): boolean {
  return Object.values(event).every(isKept);
}

/** JSON knows no zero below zero. */
function isKept(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  return typeof value === "string" || typeof value === "boolean";
}
