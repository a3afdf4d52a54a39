import { AegisError } from "../kernel/index.ts";
import type { Interval } from "./interval.ts";
import { assertPassCount, type PassCount } from "./pass-count.ts";
import { wilsonBounds } from "./wilson-bounds.ts";

/**
 * Wilson score interval for a pass rate: honest for few trials and for rates near 0 or 1.
 * Assumes independent trials; repeated attempts at several cases need `clusteredInterval`.
 *
 * @param count.passed trials that passed, integer in [0, total]
 * @param count.total trials that were scored, integer >= 1, void ones left out
 * @param count.z standard normal quantile > 0; 1.959964 gives 95 %
 * @returns bounds as proportions in [0, 1]
 * @throws {AegisError} "stats.bad_counts" when a count is out of range, "stats.bad_option" when z is
 * @see E. B. Wilson (1927), J. Amer. Statist. Assoc. 22(158), 209-212
 */
export function wilsonInterval({ passed, total, z = 1.959964 }: PassCount & { readonly z?: number }): Interval {
  assertPassCount({ passed, total });
  if (!(z > 0 && Number.isFinite(z))) throw new AegisError("stats.bad_option", `z must be above 0, not ${z}`);
  return wilsonBounds({ rate: passed / total, total, z });
}
