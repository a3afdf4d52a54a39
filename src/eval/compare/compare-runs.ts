import { type Random, seededRandom } from "../../kernel/index.ts";
import { summarizeRun } from "../summary/summarize-run.ts";
import { compareBehaviour } from "./compare-behaviour.ts";
import { compareCases, unmeasuredCases } from "./compare-cases.ts";
import { compareLatency, compareSuiteLatency } from "./compare-latency.ts";
import { comparePassRates } from "./compare-pass-rates.ts";
import { compareSuite } from "./compare-suite.ts";
import { CASE_CHANGES, type CaseComparison, type Comparison } from "./comparison.ts";
import { listWarnings } from "./list-warnings.ts";
import { measuredCases, type RunTrials } from "./measured-cases.ts";
import { type PairedCases, pairCases } from "./pair-cases.ts";
import { suiteShifts } from "./suite-shifts.ts";

export interface ComparisonOptions {
  /** Level of a single test, in (0, 1); 0.05 unless given. */
  readonly alpha?: number;
  /** Share of false findings to allow among the cases named, in (0, 1); 0.1 unless given. */
  readonly falseDiscoveryRate?: number;
  /** For permutations too many to go through; seeded with 0 unless given. */
  readonly random?: Random;
}

/**
 * What changed from A (the baseline) to B (the candidate): case by case, so that equal totals hide nothing, and over the
 * suite, so that changes too small for any one case are seen. Void trials count on neither side.
 * The rules stand in docs/decisions/0003-comparison.md.
 *
 * @throws {AegisError} "stats.bad_option" for a level outside (0, 1)
 */
export function compareRuns(pair: {
  readonly a: RunTrials;
  readonly b: RunTrials;
  readonly options?: ComparisonOptions;
}): Comparison {
  const { alpha = 0.05, falseDiscoveryRate = 0.1, random = seededRandom(0) } = pair.options ?? {};
  const options = { alpha, falseDiscoveryRate, random };
  const a = { run: pair.a.run, summary: summarizeRun(pair.a.run, pair.a.trials) };
  const b = { run: pair.b.run, summary: summarizeRun(pair.b.run, pair.b.trials) };
  const paired = pairCases(a.summary, b.summary);
  const measured = measuredCases(paired, pair);
  const behaviours = measured.map(({ behaviour }) => behaviour);
  const rates = comparePassRates(measured, options);
  const { evidence, strata } = compareBehaviour(behaviours, options);
  const latency = compareLatency(behaviours, options);
  const compared = compareCases(measured, { rates, evidence, latency, options });
  const cases = inOrder(paired, [...compared, ...unmeasuredCases(paired)]);
  const counts = countChanges(cases);
  const suite = compareSuite(measured, { ...options, counts });
  return {
    a: a.summary.run,
    b: b.summary.run,
    alpha,
    falseDiscoveryRate,
    suite: {
      ...suite,
      behaviour: suiteShifts(behaviours, { strata, alpha, random }),
      latency: compareSuiteLatency(behaviours, options),
    },
    cases,
    counts,
    warnings: listWarnings({ a, b }),
  };
}

function inOrder({ common, onlyA, onlyB }: PairedCases, cases: readonly CaseComparison[]): CaseComparison[] {
  const byId = new Map(cases.map((one) => [one.id, one]));
  const ids = [...common.map(({ b }) => b.id), ...onlyB.map(({ id }) => id), ...onlyA.map(({ id }) => id)];
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function countChanges(cases: readonly CaseComparison[]): Comparison["counts"] {
  const counts = Object.fromEntries(CASE_CHANGES.map((change) => [change, 0])) as Record<
    CaseComparison["change"],
    number
  >;
  for (const { change } of cases) counts[change] += 1;
  return counts;
}
