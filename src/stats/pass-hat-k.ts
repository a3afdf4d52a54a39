import { assertAttempts, shareOfDraws } from "./share-of-draws.ts";
import type { PassCount } from "./pass-count.ts";

/**
 * pass^k: the chance that k attempts at a case all pass. Unbiased from n >= k trials: C(passed, k) / C(total, k).
 *
 * @param count.k integer in [1, total]
 * @returns proportion in [0, 1]
 * @throws {AegisError} "stats.bad_counts" for a bad count, "stats.bad_option" when k is below 1 or above the trials
 * @see S. Yao et al. (2024), tau-bench, arXiv:2406.12045, section 3
 */
export function passHatK({ passed, total, k }: PassCount & { readonly k: number }): number {
  assertAttempts({ passed, total, k });
  return shareOfDraws({ marked: passed, total, drawn: k });
}
