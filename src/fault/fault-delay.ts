import type { Random } from "../kernel/index.ts";
import type { FaultAction } from "./fault.ts";
import { numberOf } from "./fault-parameters.ts";

/** How long a fault of latency makes one call wait; undefined for other faults. */
export function latencyOf(action: FaultAction, random: Random): number | undefined {
  switch (action.kind) {
    case "latency":
    case "out-of-order":
      return numberOf(action, "delayMs");
    case "latency-spike":
      return random() < numberOf(action, "spikeShare") ? numberOf(action, "delayMs") : numberOf(action, "baseMs");
    case "latency-lognormal":
      return Math.round(
        Math.min(
          numberOf(action, "maxMs"),
          lognormal({ median: numberOf(action, "medianMs"), p95: numberOf(action, "p95Ms") }, random),
        ),
      );
    default:
      return undefined;
  }
}

/** The standard normal quantile of 95 %. */
const Z95 = 1.644854;

function lognormal({ median, p95 }: { readonly median: number; readonly p95: number }, random: Random): number {
  if (median <= 0) return 0;
  const sigma = Math.max(0, Math.log(p95 / median)) / Z95;
  return median * Math.exp(sigma * standardNormal(random));
}

/** Box and Muller (1958), Ann. Math. Statist. 29(2), 610-611; the logarithm's argument is never 0. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
