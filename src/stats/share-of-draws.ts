import { AegisError } from "../kernel/index.ts";
import { assertPositiveInteger } from "./assert-input.ts";
import { assertPassCount, type PassCount } from "./pass-count.ts";

/** C(marked, drawn) / C(total, drawn) as a product of ratios below 1: nothing overflows, however many trials. */
export function shareOfDraws({
  marked,
  total,
  drawn,
}: {
  readonly marked: number;
  readonly total: number;
  readonly drawn: number;
}): number {
  if (drawn > marked) return 0;
  let share = 1;
  for (let index = 0; index < drawn && share > 0; index += 1) share *= (marked - index) / (total - index);
  return share;
}

/** @throws {AegisError} "stats.bad_counts", or "stats.bad_option" unless 1 <= k <= total */
export function assertAttempts({ passed, total, k }: PassCount & { readonly k: number }): void {
  assertPassCount({ passed, total });
  assertPositiveInteger("k", k);
  if (k > total) {
    throw new AegisError("stats.bad_option", `${total} trials cannot tell about ${k} attempts`, {
      details: { k, total },
    });
  }
}
