import { assertProbabilities } from "./assert-input.ts";

/**
 * Benjamini-Hochberg adjusted p values (q values): calling everything with q <= level a finding keeps the expected share
 * of false findings at or below the level, for independent or positively dependent tests.
 *
 * @param pValues each in [0, 1]; may be empty
 * @returns q values in the same order, each in [0, 1]
 * @throws {AegisError} "stats.bad_sample" for a p outside [0, 1]
 * @see Y. Benjamini & Y. Hochberg (1995), J. R. Stat. Soc. B 57(1), 289-300
 */
export function benjaminiHochberg(pValues: readonly number[]): readonly number[] {
  assertProbabilities("pValues", pValues);
  const fromLargest = pValues.map((pValue, index) => ({ pValue, index })).toSorted((a, b) => b.pValue - a.pValue);
  const qValues = Array.from(pValues, () => 1);
  let smallest = 1;
  for (const [place, { pValue, index }] of fromLargest.entries()) {
    smallest = Math.min(smallest, (pValue * pValues.length) / (pValues.length - place));
    qValues[index] = smallest;
  }
  return qValues;
}
