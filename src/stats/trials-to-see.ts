import { AegisError } from "../kernel/index.ts";
import { assertOpenProportion, assertPositiveInteger, assertProportion } from "./assert-input.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { EXACT_POWER_TRIALS_MAX, POWER_TRIALS_MAX, type Power, powerOf } from "./power-of.ts";

export interface DropQuestion {
  /** True pass rate of the baseline, in [0, 1]. */
  readonly baselineRate: number;
  /** How far it falls, in (0, baselineRate]. */
  readonly drop: number;
  /** Wanted chance to see it, in (0, 1); 0.8 unless given. */
  readonly power?: number;
  /** One-sided level, in (0, 1); 0.05 unless given. */
  readonly alpha?: number;
  /** Give up beyond this; 10,000 unless given, at most 100,000. */
  readonly trialsMax?: number;
}

export interface TrialsNeeded extends Power {
  /** Trials a side. */
  readonly trials: number;
}

/**
 * Fewest trials of one case, on each side, with which a drop of its pass rate shows at the level with the wanted power.
 * Exact up to 200 trials a side; beyond, enough for Fisher's test, which needs a few percent more. Power has small dips as
 * trials grow; up to 200 this is the first count that reaches it.
 *
 * @returns undefined when more than `trialsMax` would be needed
 * @throws {AegisError} "stats.bad_option" when an argument is out of range
 */
export function trialsToSee(question: DropQuestion): TrialsNeeded | undefined {
  const { baselineRate, drop, power = 0.8, alpha = 0.05, trialsMax = 10_000 } = question;
  assertProportion("baselineRate", baselineRate);
  assertOpenProportion("power", power);
  assertOpenProportion("alpha", alpha);
  assertPositiveInteger("trialsMax", trialsMax);
  if (!(drop > 0 && drop <= baselineRate)) {
    throw new AegisError("stats.bad_option", `A rate of ${baselineRate} cannot drop by ${drop}`, {
      details: { baselineRate, drop },
    });
  }
  const rates = { a: baselineRate, b: Math.max(0, baselineRate - drop) };
  const approximate = approximateTrials(rates, power, alpha);
  // The approximation is never off by half once it is large, so the small counts need no look.
  const start = approximate <= 40 ? 1 : Math.floor(approximate / 2);
  for (let trials = start; trials <= Math.min(trialsMax, EXACT_POWER_TRIALS_MAX); trials += 1) {
    const reached = powerOf({ ...rates, trials, alpha });
    if (reached.power >= power) return { trials, ...reached };
  }
  const reaches = (trials: number) => powerOf({ ...rates, trials, alpha }).power >= power;
  let few = EXACT_POWER_TRIALS_MAX;
  let enough = Math.min(trialsMax, POWER_TRIALS_MAX);
  if (enough <= few || !reaches(enough)) return undefined;
  while (enough - few > 1) {
    const middle = (few + enough) >> 1;
    if (reaches(middle)) enough = middle;
    else few = middle;
  }
  return { trials: enough, ...powerOf({ ...rates, trials: enough, alpha }) };
}

/** The usual normal approximation; only says where to begin. */
function approximateTrials({ a, b }: { a: number; b: number }, power: number, alpha: number): number {
  const pooled = (a + b) / 2;
  const underNull = normalQuantile(1 - alpha) * Math.sqrt(2 * pooled * (1 - pooled));
  const underDrop = normalQuantile(power) * Math.sqrt(a * (1 - a) + b * (1 - b));
  return (Math.max(0, underNull + underDrop) / (a - b)) ** 2;
}
