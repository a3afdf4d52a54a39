import { AegisError } from "../kernel/index.ts";
import { logGamma } from "./log-gamma.ts";

/**
 * Natural logarithm of the binomial coefficient "total choose chosen".
 *
 * @param total integer >= 0
 * @param chosen integer in [0, total]
 * @throws {AegisError} "stats.bad_counts" when a count is out of range
 */
export function logBinomial(total: number, chosen: number): number {
  if (!Number.isSafeInteger(total) || !Number.isSafeInteger(chosen) || chosen < 0 || chosen > total) {
    throw new AegisError("stats.bad_counts", `cannot choose ${chosen} of ${total}`, { details: { total, chosen } });
  }
  if (chosen === 0 || chosen === total) return 0;
  return logGamma(total + 1) - logGamma(chosen + 1) - logGamma(total - chosen + 1);
}
