import { AegisError } from "../kernel/index.ts";
import { logBinomial } from "./log-binomial.ts";

/** Cases that changed between two runs of one trial each; cases that did not change say nothing. */
export interface Changes {
  /** Integer >= 0. */
  readonly passToFail: number;
  /** Integer >= 0. */
  readonly failToPass: number;
}

/**
 * Exact McNemar test: the two-sided chance of changes this lopsided if both directions were equally likely.
 * For one trial a case; with several, `signFlipTest` on the rates uses all of them.
 *
 * @returns p in (0, 1]; 1 when nothing changed
 * @throws {AegisError} "stats.bad_counts" unless both are integers >= 0
 * @see Q. McNemar (1947), Psychometrika 12(2), 153-157; the exact form is the sign test
 */
export function mcnemarExact({ passToFail, failToPass }: Changes): number {
  for (const count of [passToFail, failToPass]) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new AegisError("stats.bad_counts", `${count} is no count of changed cases`, { details: { count } });
    }
  }
  const total = passToFail + failToPass;
  const fewer = Math.min(passToFail, failToPass);
  let tail = 0;
  for (let count = 0; count <= fewer; count += 1) tail += Math.exp(logBinomial(total, count) - total * Math.LN2);
  return Math.min(1, 2 * tail);
}
