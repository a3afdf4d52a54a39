import { AegisError, type Random } from "../kernel/index.ts";
import { logBinomial } from "./log-binomial.ts";

/** Distances between the trials of two sides: those of a come first, in rows and columns. */
export interface DistanceStratum {
  /** Square, symmetric, 0 on the diagonal, finite numbers >= 0; any unit. */
  readonly distances: readonly (readonly number[])[];
  /** How many of the trials are of a; at least one, and at least one must be left for b. */
  readonly countA: number;
}

/** One stratum, ready to be relabelled many times. */
export interface EnergyStratum {
  /** Trials in the smaller side; choosing them fixes the labels. */
  readonly chosenCount: number;
  readonly trialCount: number;
  /** Ways to choose them; may be infinite. */
  readonly arrangementCount: number;
  readonly observed: number;
  /** What rounding may add to a statistic. */
  readonly tolerance: number;
  /** n m / (n + m) times the energy distance between the chosen trials and the rest. */
  statisticOf(chosen: ArrayLike<number>): number;
}

/** @throws {AegisError} "stats.bad_sample" when the distances or the count are not as described */
export function energyStratum({ distances, countA }: DistanceStratum): EnergyStratum {
  assertDistances(distances, countA);
  const trialCount = distances.length;
  const isASmaller = countA <= trialCount - countA;
  const chosenCount = isASmaller ? countA : trialCount - countA;
  const restCount = trialCount - chosenCount;
  const rowSums = distances.map((row) => row.reduce((sum, distance) => sum + distance, 0));
  const all = rowSums.reduce((sum, rowSum) => sum + rowSum, 0) / 2;
  const statisticOf = (chosen: ArrayLike<number>) => {
    let within = 0;
    let touching = 0;
    for (let first = 0; first < chosenCount; first += 1) {
      const row = distances[chosen[first]!]!;
      touching += rowSums[chosen[first]!]!;
      for (let second = 0; second < first; second += 1) within += row[chosen[second]!]!;
    }
    const between = touching - 2 * within;
    const rest = all - within - between;
    const product = chosenCount * restCount;
    const energy = 2 * (between / product - within / chosenCount ** 2 - rest / restCount ** 2);
    return (product / trialCount) * energy;
  };
  const first = isASmaller ? 0 : countA;
  return {
    chosenCount,
    trialCount,
    arrangementCount: Math.round(Math.exp(logBinomial(trialCount, chosenCount))),
    observed: statisticOf(Int32Array.from({ length: chosenCount }, (_, index) => first + index)),
    tolerance: (1e-10 * all) / trialCount,
    statisticOf,
  };
}

/** The statistic of every way to label the trials. Only for strata with few enough. */
export function allStatistics(stratum: EnergyStratum): Float64Array {
  const { chosenCount, trialCount } = stratum;
  const statistics = new Float64Array(stratum.arrangementCount);
  const chosen = Int32Array.from({ length: chosenCount }, (_, index) => index);
  for (let index = 0; index < statistics.length; index += 1) {
    statistics[index] = stratum.statisticOf(chosen);
    // The next combination in lexicographic order: raise the last place that can be raised, reset those after it.
    let place = chosenCount - 1;
    while (place > 0 && chosen[place] === trialCount - chosenCount + place) place -= 1;
    chosen[place]! += 1;
    for (let after = place + 1; after < chosenCount; after += 1) chosen[after] = chosen[after - 1]! + 1;
  }
  return statistics;
}

/** Draws the statistic of one random labelling after another. */
export function statisticDrawer(stratum: EnergyStratum, random: Random): () => number {
  const order = Int32Array.from({ length: stratum.trialCount }, (_, index) => index);
  return () => {
    // The first steps of a Fisher-Yates shuffle; starting from any order is fine.
    for (let index = 0; index < stratum.chosenCount; index += 1) {
      const other = index + Math.floor(random() * (order.length - index));
      [order[index], order[other]] = [order[other]!, order[index]!];
    }
    return stratum.statisticOf(order);
  };
}

function assertDistances(distances: DistanceStratum["distances"], countA: number): void {
  const total = distances.length;
  if (!Number.isSafeInteger(countA) || countA < 1 || countA >= total) {
    throw new AegisError("stats.bad_sample", `${countA} of ${total} trials for one side leaves a side empty`, {
      details: { countA, total },
    });
  }
  for (const [index, row] of distances.entries()) {
    const isFine = (distance: number, column: number) =>
      distance >= 0 && Number.isFinite(distance) && (column !== index || distance === 0);
    // The transposed entry may differ by rounding only.
    const isSymmetric = (distance: number, column: number) =>
      Math.abs(distance - (distances[column]?.[index] ?? Number.NaN)) <= 1e-9 * distance;
    if (row.length !== total || !row.every(isFine) || !row.every(isSymmetric)) {
      throw new AegisError("stats.bad_sample", `Row ${index} is no row of a symmetric table of distances`, {
        details: { index },
      });
    }
  }
}
