import type { Random } from "../../kernel/index.ts";
import { commonScale, discreteBenjaminiHochberg, meanDifferenceInterval, signFlipTest } from "../../stats/index.ts";
import type { Levels } from "../compare/compare-pass-rates.ts";
import { round } from "../compare/say-number.ts";
import type { LevelSummary, StressedCase, StressVerdict } from "./stress-summary.ts";

/** As in comparisons of runs, see docs/decisions/0003-comparison.md. */
export const FINDING_LEVELS: Levels = { alpha: 0.05, falseDiscoveryRate: 0.1 };

type TestedLevel = Pick<LevelSummary, "verdict" | "difference" | "pValue" | "qValue">;

/**
 * Holds each level's cases against themselves undisturbed: sign flips over the cases, all levels as one family.
 * @param levels the cases of each level that were scored both ways
 */
export function testLevels(levels: readonly (readonly StressedCase[])[], random: Random): TestedLevel[] {
  const tests = levels.map((cases) => (cases.length === 0 ? null : testLevel(cases, random)));
  const adjusted = discreteBenjaminiHochberg(
    tests.filter((test) => test !== null),
    FINDING_LEVELS.falseDiscoveryRate,
  ).qValues.values();
  return tests.map((test, index): TestedLevel => {
    if (!test) return { verdict: "not measured", difference: null, pValue: null, qValue: null };
    const { difference, pValue } = test;
    const qValue = adjusted.next().value ?? 1;
    return { verdict: verdictOf({ difference, pValue, qValue }, levels[index]!), difference, pValue, qValue };
  });
}

interface LevelTest {
  readonly difference: { readonly mean: number; readonly lower: number; readonly upper: number };
  readonly pValue: number;
  readonly minAttainableP: number;
}

function testLevel(cases: readonly StressedCase[], random: Random): LevelTest {
  const rate = ({ passed, total }: StressedCase["stressed"]) => passed / total;
  const differences = cases.map(({ undisturbed, stressed }) => round(rate(stressed) - rate(undisturbed)));
  const { mean, lower, upper } = meanDifferenceInterval(differences, { bound: 1 });
  const scale = commonScale(cases.flatMap(({ undisturbed, stressed }) => [undisturbed.total, stressed.total]));
  const { pValue, minAttainableP } = signFlipTest(differences, { random, scale });
  const before = cases.reduce((sum, { undisturbed }) => sum + rate(undisturbed), 0) / cases.length;
  // A rate cannot fall below 0 or rise above 1 from where it stands undisturbed.
  const difference = { mean, lower: Math.max(lower ?? -1, -before), upper: Math.min(upper ?? 1, 1 - before) };
  return { difference, pValue, minAttainableP };
}

function verdictOf(
  { difference, pValue, qValue }: Omit<LevelTest, "minAttainableP"> & { readonly qValue: number },
  cases: readonly StressedCase[],
): StressVerdict {
  const isShown = pValue <= FINDING_LEVELS.alpha && qValue <= FINDING_LEVELS.falseDiscoveryRate;
  if (isShown && difference.mean < 0) return "worse";
  if (cases.some(({ rates }) => rates?.finding === "worse")) return "worse in cases";
  return isShown && difference.mean > 0 ? "better" : "no difference shown";
}
