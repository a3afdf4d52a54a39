/**
 * Who saw an event. `edge`: the network edge saw the bytes; `runtime`: our boundary saw the call inside the agent's
 * process; `agent`: the agent's own telemetry says so; `person`: an approval, feedback.
 */
export type Witness = (typeof WITNESSES_STRONG_TO_WEAK)[number];

/** From the one that is hardest to forge to the one that only has the agent's word. */
export const WITNESSES_STRONG_TO_WEAK = ["edge", "person", "runtime", "agent"] as const;

export function isWeaker(left: Witness, right: Witness): boolean {
  return WITNESSES_STRONG_TO_WEAK.indexOf(left) > WITNESSES_STRONG_TO_WEAK.indexOf(right);
}

/** The chain is as strong as its weakest link; null where nobody saw anything. */
export function weakestWitness(seen: Iterable<{ readonly witness: Witness | null }>): Witness | null {
  let weakest: Witness | null = null;
  for (const { witness } of seen) {
    if (witness !== null && (weakest === null || isWeaker(witness, weakest))) weakest = witness;
  }
  return weakest;
}
