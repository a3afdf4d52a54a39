import type { EventType, RunEvent, Witness } from "../domain/index.ts";
import { AegisError } from "../kernel/index.ts";
import { numberOf, objectOf, type StoredRow, textOf, wordOf } from "./stored-row.ts";

const WITNESSES: readonly Witness[] = ["edge", "runtime", "agent", "person"];

const KNOWN_TYPES: Readonly<Record<EventType, true>> = {
  "run.started": true,
  "run.resumed": true,
  "run.paused": true,
  "message.received": true,
  "message.sent": true,
  "model.called": true,
  "model.streamed": true,
  "model.reset": true,
  "model.returned": true,
  "tool.called": true,
  "tool.returned": true,
  "http.called": true,
  "http.returned": true,
  "sleep.called": true,
  "sleep.returned": true,
  "approval.requested": true,
  "approval.decided": true,
  "doubt.settled": true,
  "memory.called": true,
  "memory.returned": true,
  "clock.read": true,
  "random.drawn": true,
  "fault.injected": true,
  "replay.ended": true,
  "sandbox.closed": true,
  "state.captured": true,
  "output.captured": true,
  "run.ended": true,
};

/**
 * A row of columns seq, type, at_ms, witness, body (JSON text).
 * @throws {AegisError} "store.corrupt", or "store.newer" for a type this version does not know
 */
export function decodeEvent(row: StoredRow): RunEvent {
  const type = textOf(row, "type");
  if (!Object.hasOwn(KNOWN_TYPES, type)) {
    throw new AegisError("store.newer", `a log holds an event of the unknown type ${JSON.stringify(type)}`);
  }
  const witness = wordOf(row["witness"], WITNESSES, "witness");
  const place = { seq: numberOf(row, "seq"), type, atMs: numberOf(row, "at_ms"), witness };
  // The writer's type held when the body was encoded; the columns around it are checked above.
  return { ...place, ...objectOf(row, "body") } as unknown as RunEvent;
}
