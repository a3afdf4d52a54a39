import type { RunEvent, Witness } from "../domain/index.ts";

/** From the one that is hardest to forge to the one that only has the agent's word. */
export const WITNESSES_STRONG_TO_WEAK = ["edge", "person", "runtime", "agent"] as const satisfies readonly Witness[];

export function isWeaker(left: Witness, right: Witness): boolean {
  return WITNESSES_STRONG_TO_WEAK.indexOf(left) > WITNESSES_STRONG_TO_WEAK.indexOf(right);
}

/** The chain is as strong as its weakest link; null without events. */
export function weakestWitness(events: readonly RunEvent[]): Witness | null {
  return events.reduce<Witness | null>(
    (weakest, { witness }) => (weakest === null || isWeaker(witness, weakest) ? witness : weakest),
    null,
  );
}
