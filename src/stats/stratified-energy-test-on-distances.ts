import { AegisError, type Random, seededRandom } from "../kernel/index.ts";
import { assertPositiveInteger } from "./assert-input.ts";
import {
  allStatistics,
  type DistanceStratum,
  type EnergyStratum,
  energyStratum,
  statisticDrawer,
} from "./energy-stratum.ts";

export interface EnergyTestOptions {
  /** Used only when there are too many labellings to go through; seeded with 0 unless given. */
  readonly random?: Random;
  /** Labellings drawn then; 9,999 unless given. */
  readonly permutations?: number;
}

export interface EnergyTestResult {
  /**
   * n m / (n + m) times the energy distance 2 E|A - B| - E|A - A'| - E|B - B'|, summed over strata; in the unit of the
   * distances. At least 0 for Euclidean distances; other distances may go below.
   */
  readonly statistic: number;
  /** Share of labellings at least as far apart as the one seen, in (0, 1]. */
  readonly pValue: number;
  /** Whether every labelling was gone through. */
  readonly isExact: boolean;
  /** The smallest p any labelling of these same trials could give; 1 when all trials are alike. */
  readonly minAttainableP: number;
}

/** Up to this many labellings all are gone through. */
const EXACT_LABELLINGS_MAX = 20_000;

/**
 * Do two versions behave differently within cases? Permutation test on the energy distance: labels are exchanged inside
 * each stratum (case) only, so cases may differ from one another as they like, and the statistics are summed.
 * Valid for any distances; it can notice every kind of difference for Euclidean ones.
 *
 * @param strata at least one; in each, at least one trial a side
 * @throws {AegisError} "stats.bad_sample" for no strata or distances that are none, "stats.bad_option" for permutations
 * @see G. J. Szekely & M. L. Rizzo (2013), J. Stat. Plan. Inference 143(8), 1249-1272; (b + 1) / (m + 1) from
 *   Phipson & Smyth (2010)
 */
export function stratifiedEnergyTestOnDistances(
  strata: readonly DistanceStratum[],
  { random = seededRandom(0), permutations = 9_999 }: EnergyTestOptions = {},
): EnergyTestResult {
  if (strata.length === 0) throw new AegisError("stats.bad_sample", "There is no stratum to compare");
  assertPositiveInteger("permutations", permutations);
  const prepared = strata.map(energyStratum);
  const statistic = prepared.reduce((sum, { observed }) => sum + observed, 0);
  const threshold = statistic - prepared.reduce((sum, { tolerance }) => sum + tolerance, 0);
  const labellings = prepared.reduce((product, { arrangementCount }) => product * arrangementCount, 1);
  const isExact = labellings <= EXACT_LABELLINGS_MAX;
  // A stratum with fewer labellings than draws is quicker to list once than to relabel for every draw.
  const listMax = isExact ? EXACT_LABELLINGS_MAX : permutations;
  const lists = prepared.map((stratum) => (stratum.arrangementCount <= listMax ? allStatistics(stratum) : undefined));
  const minima = prepared.map((stratum, index) => shareAtMost(stratum, lists[index]));
  const minAttainableP = minima.reduce((product, share) => product * share, 1);
  if (isExact) {
    const sums = lists.reduce<number[]>(
      (all, list) => all.flatMap((sum) => Array.from(list!, (one) => sum + one)),
      [0],
    );
    const pValue = sums.filter((sum) => sum >= threshold).length / sums.length;
    return { statistic, pValue, isExact, minAttainableP };
  }
  const drawers = prepared.map((stratum, index) => {
    const list = lists[index];
    return list ? () => list[Math.floor(random() * list.length)]! : statisticDrawer(stratum, random);
  });
  let atLeast = 0;
  for (let draw = 0; draw < permutations; draw += 1) {
    let sum = 0;
    for (const drawer of drawers) sum += drawer();
    if (sum >= threshold) atLeast += 1;
  }
  const pValue = (atLeast + 1) / (permutations + 1);
  return { statistic, pValue, isExact, minAttainableP: Math.max(minAttainableP, 1 / (permutations + 1)) };
}

/** Share of labellings that reach the stratum's largest statistic; without the list, its lower bound. */
function shareAtMost(stratum: EnergyStratum, list: Float64Array | undefined): number {
  if (!list) return (stratum.chosenCount * 2 === stratum.trialCount ? 2 : 1) / stratum.arrangementCount;
  const largest = list.reduce((max, statistic) => Math.max(max, statistic), Number.NEGATIVE_INFINITY);
  return list.filter((statistic) => statistic >= largest - stratum.tolerance).length / list.length;
}
