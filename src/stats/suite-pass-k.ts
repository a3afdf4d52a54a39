import { assertOpenProportion, assertPositiveInteger } from "./assert-input.ts";
import { meanOfCases } from "./mean-of-cases.ts";
import { passAtK } from "./pass-at-k.ts";
import { passHatK } from "./pass-hat-k.ts";
import { assertPassCount, type PassCount } from "./pass-count.ts";

export interface SuitePassK {
  /** Mean over the cases counted, in [0, 1]. */
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** Of the value, across cases; undefined for a single case. */
  readonly standardError: number | undefined;
  /** Cases with at least k trials; the others are left out, for they cannot tell. */
  readonly caseCount: number;
  /** "one per case" for one case, or cases that all agree: see `clusteredInterval`. */
  readonly method: "clustered" | "one per case";
}

type Options = { readonly confidence?: number };

/**
 * pass^k of a suite: the mean over cases of the chance that k attempts all pass, with its interval across cases.
 *
 * @param cases passed and total as in `wilsonInterval`
 * @param k integer >= 1
 * @param options.confidence in (0, 1), 0.95 unless given
 * @returns undefined when no case has k trials
 * @throws {AegisError} "stats.bad_counts" for a bad count, "stats.bad_option" for a bad k or confidence
 */
export function suitePassHatK(cases: readonly PassCount[], k: number, options: Options = {}): SuitePassK | undefined {
  return meanOverCases(cases, k, { ...options, estimate: passHatK });
}

/** pass@k of a suite: the mean over cases of the chance that at least one of k attempts passes. As `suitePassHatK`. */
export function suitePassAtK(cases: readonly PassCount[], k: number, options: Options = {}): SuitePassK | undefined {
  return meanOverCases(cases, k, { ...options, estimate: passAtK });
}

function meanOverCases(
  cases: readonly PassCount[],
  k: number,
  { confidence = 0.95, estimate }: Options & { readonly estimate: typeof passHatK },
): SuitePassK | undefined {
  assertPositiveInteger("k", k);
  assertOpenProportion("confidence", confidence);
  for (const count of cases) assertPassCount(count);
  const values = cases.filter(({ total }) => total >= k).map(({ passed, total }) => estimate({ passed, total, k }));
  if (values.length === 0) return undefined;
  const { mean, ...interval } = meanOfCases(values, confidence);
  return { value: mean, ...interval, caseCount: values.length };
}
