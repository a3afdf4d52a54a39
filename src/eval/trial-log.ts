import { LIMITS } from "../kernel/index.ts";
import type { EventType, NewEvent, RunEvent } from "../domain/index.ts";

/** A trial's log as it grows: what does not fit is not in it, and it says so. */
export interface TrialLog {
  readonly events: RunEvent[];
  /** More was told than a log may hold: what came later is not in it. */
  readonly isCut: boolean;
  add(event: NewEvent): void;
  find<Type extends EventType>(type: Type): RunEvent<Type> | undefined;
}

/** Written by us when the agent is through: a full log has room for them. */
const ENDINGS: ReadonlySet<EventType> = new Set([
  "run.ended",
  "state.captured",
  "output.captured",
  "sandbox.closed",
  "replay.ended",
]);

export function trialLog(): TrialLog {
  const events: RunEvent[] = [];
  let isCut = false;
  return {
    events,
    get isCut() {
      return isCut;
    },
    add(event) {
      const isFull = events.length >= LIMITS.trialEventsMax;
      const isEnd = ENDINGS.has(event.type);
      if (!isFull || isEnd) events.push({ ...event, seq: events.length } as RunEvent);
      else isCut = true;
    },
    find: (type) => events.findLast((event) => event.type === type) as never,
  };
}
