/** Tools that do not know a model's price record 0: tokens that cost nothing have an unknown price. */
export function knownCost(costUsd: number | null | undefined, usedTokens: boolean): number | null {
  if (costUsd === null || costUsd === undefined) return null;
  return costUsd === 0 && usedTokens ? null : costUsd;
}
