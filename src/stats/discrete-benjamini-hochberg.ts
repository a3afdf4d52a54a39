import { AegisError } from "../kernel/index.ts";
import { assertOpenProportion, assertProbabilities } from "./assert-input.ts";
import { benjaminiHochberg } from "./benjamini-hochberg.ts";

export interface DiscreteTest {
  /** In [0, 1]. */
  readonly pValue: number;
  /** The smallest p this test could have given, known before its outcome; in [0, pValue]. */
  readonly minAttainableP: number;
}

export interface DiscreteAdjustment {
  /** In the order of the tests; 1 for a test that was left out. Compare only with the level given. */
  readonly qValues: readonly number[];
  /** Whether the test counted: with few trials some can never be a finding, whatever comes out. */
  readonly isTestable: readonly boolean[];
  readonly testableCount: number;
}

/**
 * Benjamini-Hochberg for tests that take few values, as small trial counts give. Tarone's step finds the smallest k such
 * that at most k tests could reach level / k at all; the others cannot become findings, so they are left out of the
 * count instead of making every other test pay for them. Where that would leave out every test, only those that can
 * not reach the level itself go, for plain BH could still name the rest together. The choice uses attainable p values
 * only, never outcomes.
 *
 * @param level share of false findings to allow, in (0, 1)
 * @throws {AegisError} "stats.bad_sample" for a p outside [0, 1] or below its attainable minimum, "stats.bad_option"
 * @see R. E. Tarone (1990), Biometrics 46(2), 515-522; P. B. Gilbert (2005), Appl. Statist. 54(1), 143-158
 */
export function discreteBenjaminiHochberg(tests: readonly DiscreteTest[], level: number): DiscreteAdjustment {
  assertOpenProportion("level", level);
  const pValues = tests.map(({ pValue }) => pValue);
  const minima = tests.map(({ minAttainableP }) => minAttainableP);
  assertProbabilities("pValues", pValues);
  assertProbabilities("minAttainableP", minima);
  const belowMinimum = tests.findIndex(({ pValue, minAttainableP }) => pValue < minAttainableP * (1 - 1e-6));
  if (belowMinimum >= 0) {
    throw new AegisError("stats.bad_sample", `tests[${belowMinimum}] has a p value it cannot attain`, {
      details: { index: belowMinimum },
    });
  }
  const threshold = attainableThreshold(minima, level);
  const isTestable = minima.map((minimum) => minimum <= threshold);
  const kept = benjaminiHochberg(pValues.filter((_, index) => isTestable[index])).values();
  const qValues = isTestable.map((isKept) => (isKept ? (kept.next().value ?? 1) : 1));
  return { qValues, isTestable, testableCount: isTestable.filter(Boolean).length };
}

/** level / k for the smallest k such that at most k tests can reach it, plus a hair for rounding. */
function attainableThreshold(minima: readonly number[], level: number): number {
  for (let k = 1; k <= minima.length; k += 1) {
    const threshold = (level / k) * (1 + 1e-9);
    const reaching = minima.filter((minimum) => minimum <= threshold).length;
    // No test is strong enough alone, but many together still are: keep all that BH itself could ever name.
    if (reaching === 0) break;
    if (reaching <= k) return threshold;
  }
  return level * (1 + 1e-9);
}
