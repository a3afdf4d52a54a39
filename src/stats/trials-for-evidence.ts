import { assertOpenProportion } from "./assert-input.ts";
import { type CountPair, isWorseAt } from "./compare-counts.ts";
import { assertPassCount } from "./pass-count.ts";

/** Beyond this, "run more trials" is no practical advice. */
const TRIALS_MAX = 200;

/**
 * Smallest number of trials a side at which the rates seen so far, if they held, would be evidence: one-sided p <= alpha
 * in the direction they point. Advice on how far to go on, not a test: rates seen in few trials rarely hold.
 *
 * @param question.a, question.b passed and total as in `wilsonInterval`
 * @param question.alpha one-sided level, in (0, 1); 0.05 unless given
 * @returns undefined for equal rates, or when 200 trials a side would not do
 * @throws {AegisError} "stats.bad_counts" for a bad count, "stats.bad_option" for a bad level
 */
export function trialsForEvidence({ a, b, alpha = 0.05 }: CountPair & { readonly alpha?: number }): number | undefined {
  assertPassCount(a);
  assertPassCount(b);
  assertOpenProportion("alpha", alpha);
  const rates = [a.passed / a.total, b.passed / b.total];
  const better = Math.max(...rates);
  const worse = Math.min(...rates);
  if (better === worse) return undefined;
  for (let total = 1; total <= TRIALS_MAX; total += 1) {
    const pair = {
      a: { passed: Math.round(better * total), total },
      b: { passed: Math.round(worse * total), total },
    };
    if (isWorseAt(pair, alpha)) return total;
  }
  return undefined;
}
