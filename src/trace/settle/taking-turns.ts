import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../kernel/index.ts";

/** Reading is work without a pause: after so much of it requests that came meanwhile have their turn. */
const TURN_MS = 2;

/** To be called between two pieces of work. */
export function takingTurns(clock: Clock): () => Promise<void> | undefined {
  let endsMs = clock.monotonicMs() + TURN_MS;
  return () => {
    if (clock.monotonicMs() < endsMs) return undefined;
    return nextTurn().then(() => {
      endsMs = clock.monotonicMs() + TURN_MS;
    });
  };
}
