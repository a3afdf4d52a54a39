import type { PassCount } from "../../stats/index.ts";

/** Mean of the cases' pass rates, each case weighing the same. */
export function meanRate(counts: readonly PassCount[]): number {
  return counts.reduce((sum, { passed, total }) => sum + passed / total, 0) / counts.length;
}
