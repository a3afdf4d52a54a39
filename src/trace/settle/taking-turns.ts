import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../kernel/index.ts";

/** Reading is work without a pause: after so much of it requests that came meanwhile have their turn. */
const TURN_MS = 2;
/** Where so many wait that it would never catch up with requests. */
const LONG_TURN_MS = 5;
const MANY = 256;

/** To be called between two pieces of work. @param count of all pieces */
export function takingTurns(clock: Clock, count: number): () => Promise<void> | undefined {
  const turnMs = count < MANY ? TURN_MS : LONG_TURN_MS;
  let endsMs = clock.monotonicMs() + turnMs;
  return () => {
    if (clock.monotonicMs() < endsMs) return undefined;
    return nextTurn().then(() => {
      endsMs = clock.monotonicMs() + turnMs;
    });
  };
}
