import type { Random } from "../../kernel/index.ts";
import {
  clusteredInterval,
  commonScale,
  type CountPair,
  mcnemarExact,
  meanDifferenceInterval,
  signFlipTest,
  suitePassHatK,
} from "../../stats/index.ts";
import type { Comparison, SuiteComparison } from "./comparison.ts";
import { round } from "./say-number.ts";
import { shownCases, suiteSentence } from "./suite-sentence.ts";

/** A case scored on both sides. */
export interface CountedCase extends CountPair {
  readonly id: string;
}

type SuiteRates = Omit<SuiteComparison, "behaviour" | "latency">;

/** The pass rate of the cases both runs measured, paired case by case. */
export function compareSuite(
  cases: readonly CountedCase[],
  { alpha, random, counts }: { readonly alpha: number; readonly random: Random; readonly counts: Comparison["counts"] },
): SuiteRates {
  if (cases.length === 0) return nothingInCommon();
  const differences = cases.map(({ a, b }) => round(b.passed / b.total - a.passed / a.total));
  const { mean, lower, upper } = meanDifferenceInterval(differences, { bound: 1 });
  const scale = commonScale(cases.flatMap(({ a, b }) => [a.total, b.total]));
  const { pValue, isExact } = signFlipTest(differences, { random, scale });
  const verdict = pValue > alpha || mean === 0 ? "no difference shown" : mean < 0 ? "regressed" : "improved";
  const rates = {
    caseCount: cases.length,
    passRateA: clusteredInterval(cases.map(({ a }) => a)),
    passRateB: clusteredInterval(cases.map(({ b }) => b)),
    // With a bound given, the interval always exists.
    // A rate cannot fall below 0 or rise above 1 from where A stands.
    difference: {
      mean,
      lower: Math.max(lower ?? -1, -meanRate(cases)),
      upper: Math.min(upper ?? 1, 1 - meanRate(cases)),
    },
    pValue,
    isExact,
    mcnemar: mcnemar(cases),
    verdict,
    brokeCaseIds: cases.filter((_, index) => differences[index]! < 0).map(({ id }) => id),
    fixedCaseIds: cases.filter((_, index) => differences[index]! > 0).map(({ id }) => id),
    passHatK: passHatKs(cases),
  } as const;
  return { ...rates, sentence: `${shownCases(counts)}${suiteSentence(rates)}` };
}

function nothingInCommon(): SuiteRates {
  return {
    caseCount: 0,
    passRateA: null,
    passRateB: null,
    difference: null,
    pValue: null,
    isExact: true,
    mcnemar: null,
    verdict: "no difference shown",
    sentence: "The runs have no scored case in common: nothing can be compared.",
    brokeCaseIds: [],
    fixedCaseIds: [],
    passHatK: [],
  };
}

function mcnemar(cases: readonly CountedCase[]): SuiteComparison["mcnemar"] {
  if (cases.some(({ a, b }) => a.total !== 1 || b.total !== 1)) return null;
  const passToFail = cases.filter(({ a, b }) => a.passed > b.passed).length;
  const failToPass = cases.filter(({ a, b }) => a.passed < b.passed).length;
  return { passToFail, failToPass, pValue: mcnemarExact({ passToFail, failToPass }) };
}

const TOLD_K_MAX = 10;

function passHatKs(cases: readonly CountedCase[]): SuiteComparison["passHatK"] {
  const told: { k: number; a: number; b: number; caseCount: number }[] = [];
  for (let k = 1; k <= TOLD_K_MAX; k += 1) {
    const tried = cases.filter(({ a, b }) => a.total >= k && b.total >= k);
    const a = suitePassHatK(
      tried.map((one) => one.a),
      k,
    );
    const b = suitePassHatK(
      tried.map((one) => one.b),
      k,
    );
    if (!a || !b) break;
    told.push({ k, a: a.value, b: b.value, caseCount: tried.length });
  }
  return told;
}

function meanRate(cases: readonly CountedCase[]): number {
  return cases.reduce((sum, { a }) => sum + a.passed / a.total, 0) / cases.length;
}
