import { assertAttempts, shareOfDraws } from "./share-of-draws.ts";
import type { PassCount } from "./pass-count.ts";

/**
 * pass@k: the chance that at least one of k attempts passes. Unbiased from n >= k trials: 1 - C(failed, k) / C(total, k).
 *
 * @param count.k integer in [1, total]
 * @returns proportion in [0, 1]
 * @throws {AegisError} "stats.bad_counts" for a bad count, "stats.bad_option" when k is below 1 or above the trials
 * @see M. Chen et al. (2021), Evaluating Large Language Models Trained on Code, arXiv:2107.03374, section 2.1
 */
export function passAtK({ passed, total, k }: PassCount & { readonly k: number }): number {
  assertAttempts({ passed, total, k });
  return 1 - shareOfDraws({ marked: total - passed, total, drawn: k });
}
