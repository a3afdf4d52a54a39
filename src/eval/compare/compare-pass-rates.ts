import { compareCounts, type CountPair, discreteBenjaminiHochberg } from "../../stats/index.ts";

export interface RateEvidence {
  /** Boschloo's one-sided p that b passes less often. */
  readonly pWorse: number;
  readonly pBetter: number;
  /** Share of false findings among all cases called worse, if this one is called too. */
  readonly qWorse: number;
  readonly qBetter: number;
  /** The smallest p these numbers of trials can give. */
  readonly minAttainableP: number;
  readonly finding: "worse" | "better" | null;
}

export interface Levels {
  /** One-sided level for each case alone, in (0, 1). */
  readonly alpha: number;
  /** Share of false findings to allow over all cases, in (0, 1). */
  readonly falseDiscoveryRate: number;
}

/**
 * Which cases pass less often, which more often? Every case is tested by itself and in each direction, so that a case
 * that broke and a case that was fixed never cancel out. See docs/decisions/0003-comparison.md for the two families.
 */
export function comparePassRates(pairs: readonly CountPair[], { alpha, falseDiscoveryRate }: Levels): RateEvidence[] {
  const worse = directed(pairs, falseDiscoveryRate);
  const better = directed(
    pairs.map(({ a, b }) => ({ a: b, b: a })),
    falseDiscoveryRate,
  );
  return pairs.map((_, index) => {
    const { p: pWorse, q: qWorse, minAttainableP } = worse[index]!;
    const { p: pBetter, q: qBetter } = better[index]!;
    const isFinding = (p: number, q: number) => p <= alpha && q <= falseDiscoveryRate * SLACK;
    const finding = isFinding(pWorse, qWorse) ? "worse" : isFinding(pBetter, qBetter) ? "better" : null;
    return { pWorse, pBetter, qWorse, qBetter, minAttainableP, finding };
  });
}

interface Directed {
  readonly p: number;
  readonly q: number;
  readonly minAttainableP: number;
}

/** Rounding must not push a p that lies exactly on a level over it. */
const SLACK = 1 + 1e-9;

function directed(pairs: readonly CountPair[], level: number): Directed[] {
  const tests = pairs.map((pair) => {
    const { pWorse, minAttainablePWorse, fisher } = compareCounts(pair);
    return { pWorse, minAttainablePWorse, pGivenPasses: fisher.pWorse, minGivenPasses: smallestGivenPasses(pair) };
  });
  const byTrials = discreteBenjaminiHochberg(
    tests.map(({ pWorse, minAttainablePWorse }) => ({ pValue: pWorse, minAttainableP: minAttainablePWorse })),
    level * SLACK,
  ).qValues;
  const byPasses = discreteBenjaminiHochberg(
    tests.map(({ pGivenPasses, minGivenPasses }) => ({ pValue: pGivenPasses, minAttainableP: minGivenPasses })),
    level * SLACK,
  ).qValues;
  return tests.map(({ pWorse, minAttainablePWorse }, index) => ({
    p: pWorse,
    q: Math.min(byTrials[index]!, byPasses[index]!),
    minAttainableP: minAttainablePWorse,
  }));
}

/** Fisher's p if all passes that can be a's were a's: 1 for a case that always passes, which can be no finding. */
function smallestGivenPasses({ a, b }: CountPair): number {
  const passes = a.passed + b.passed;
  const passedA = Math.min(a.total, passes);
  return compareCounts({
    a: { passed: passedA, total: a.total },
    b: { passed: passes - passedA, total: b.total },
  }).fisher.pWorse;
}
