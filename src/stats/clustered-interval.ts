import { AegisError } from "../kernel/index.ts";
import { assertOpenProportion } from "./assert-input.ts";
import { meanOfCases } from "./mean-of-cases.ts";
import { assertPassCount, type PassCount } from "./pass-count.ts";

export interface ClusteredInterval {
  /** Mean over cases of the case pass rate, in [0, 1]. */
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
  /** Of the rate, across cases; undefined for a single case. */
  readonly standardError: number | undefined;
  readonly caseCount: number;
  readonly trialCount: number;
  /** "one per case" for one case, or cases of equal rates: see `clusteredInterval`. */
  readonly method: "clustered" | "one per case";
}

/**
 * Pass rate of a suite, with an interval that knows trials of one case are not independent.
 * Every case weighs the same, however many of its trials were scored: the question is "how well does the agent do on
 * cases like these", and a case that lost trials to our own failures must not count less. The interval is Wilson's with
 * the effective number of trials, from the cluster-robust standard error over the case rates, and Student's quantile
 * (caseCount - 1 degrees of freedom). One case, or cases whose rates are all equal, show no spread between cases: then
 * each case counts as one trial.
 *
 * @param cases at least one; passed and total as in `wilsonInterval`
 * @param options.confidence in (0, 1), 0.95 unless given
 * @throws {AegisError} "stats.bad_counts" for a bad count, "stats.bad_sample" for no case, "stats.bad_option"
 * @see E. Miller (2024), Adding Error Bars to Evals, arXiv:2411.00640, section 2.2, for the clustered standard error;
 *   E. L. Korn and B. I. Graubard (1998), Survey Methodology 24, 193-201, for intervals with an effective sample size
 */
export function clusteredInterval(
  cases: readonly PassCount[],
  { confidence = 0.95 }: { readonly confidence?: number } = {},
): ClusteredInterval {
  if (cases.length === 0) throw new AegisError("stats.bad_sample", "A suite without cases has no pass rate");
  assertOpenProportion("confidence", confidence);
  for (const count of cases) assertPassCount(count);
  const rates = cases.map(({ passed, total }) => passed / total);
  const { mean, ...interval } = meanOfCases(rates, confidence);
  const trialCount = cases.reduce((sum, { total }) => sum + total, 0);
  return { rate: mean, ...interval, caseCount: cases.length, trialCount };
}
