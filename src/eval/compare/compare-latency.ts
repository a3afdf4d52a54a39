import type { Random } from "../../kernel/index.ts";
import { discreteBenjaminiHochberg, median, signFlipTest } from "../../stats/index.ts";
import type { LatencyEvidence } from "./comparison.ts";
import type { Levels } from "./compare-pass-rates.ts";
import { energyTest, PERMUTATIONS } from "./energy-test.ts";
import type { BehaviourPair } from "./trial-behaviour.ts";

/** Smaller changes are noise of the machine, however sure they are. */
const RATIO_MIN = 1.5;
const DIFFERENCE_MIN_MS = 100;

type Options = Levels & { readonly random: Random };

/** Which cases became slower or faster, by enough to matter. */
export function compareLatency(pairs: readonly BehaviourPair[], options: Options): LatencyEvidence[] {
  const sides = pairs.map(({ a, b }) => ({
    a: a.map(({ durationMs }) => durationMs),
    b: b.map(({ durationMs }) => durationMs),
  }));
  const medians = sides.map(({ a, b }) => ({ a: median(a), b: median(b) }));
  const tests = sides.map(({ a, b }, index) => {
    if (!isLarge(medians[index]!)) return null;
    const all = [...a, ...b];
    const distances = all.map((left) => all.map((right) => Math.abs(left - right)));
    return energyTest({ distances, countA: a.length }, options.random, PERMUTATIONS);
  });
  const qValues = discreteBenjaminiHochberg(
    tests.map((test, index) => test ?? { pValue: 1, minAttainableP: canBeLarge(sides[index]!) ? 0 : 1 }),
    options.falseDiscoveryRate,
  ).qValues;
  return medians.map((sizes, index) => {
    const pValue = tests[index]?.pValue ?? null;
    const isShown = pValue !== null && pValue <= options.alpha && qValues[index]! <= options.falseDiscoveryRate;
    return latencyEvidence(sizes, { pValue, qValue: pValue === null ? null : qValues[index]!, isShown });
  });
}

/** Over all cases: a sign-flip test of how each case's median changed. */
export function compareSuiteLatency(pairs: readonly BehaviourPair[], options: Options): LatencyEvidence | null {
  if (pairs.length === 0) return null;
  const medians = pairs.map(({ a, b }) => ({
    a: median(a.map(({ durationMs }) => durationMs)),
    b: median(b.map(({ durationMs }) => durationMs)),
  }));
  const sizes = { a: median(medians.map(({ a }) => a)), b: median(medians.map(({ b }) => b)) };
  const logRatios = medians.map(({ a, b }) => Math.log((b + 1) / (a + 1)));
  const { pValue } = signFlipTest(logRatios, { random: options.random, draws: PERMUTATIONS - 1 });
  return latencyEvidence(sizes, { pValue, qValue: pValue, isShown: isLarge(sizes) && pValue <= options.alpha });
}

function isLarge({ a, b }: { readonly a: number; readonly b: number }): boolean {
  return Math.abs(b - a) >= DIFFERENCE_MIN_MS && Math.max(a, b) >= RATIO_MIN * Math.min(a, b);
}

/** Whether any labelling of these trials would be a large change: if none is, the case can be no finding. */
function canBeLarge({ a, b }: { readonly a: readonly number[]; readonly b: readonly number[] }): boolean {
  const sorted = [...a, ...b].sort((left, right) => left - right);
  return [a.length, b.length].some((count) =>
    isLarge({ a: median(sorted.slice(0, count)), b: median(sorted.slice(count)) }),
  );
}

function latencyEvidence(
  { a, b }: { readonly a: number; readonly b: number },
  shown: { readonly pValue: number | null; readonly qValue: number | null; readonly isShown: boolean },
): LatencyEvidence {
  // A trial that took no measurable time gives no ratio; 1 ms stands in.
  const ratio = a === b ? 1 : b / Math.max(a, 1);
  const change = !shown.isShown ? null : b > a ? "slower" : "faster";
  return { medianAMs: a, medianBMs: b, ratio, pValue: shown.pValue, qValue: shown.qValue, change };
}
