import { seededRandom, seedFromText } from "../kernel/index.ts";
import type { Fault, FaultSchedule } from "./fault.ts";
import type { FaultCall, FaultHit, FaultPlan } from "./fault-plan.ts";
import { describeTarget, type FaultTarget, readTarget } from "./fault-target.ts";
import { checkFault } from "./parse-faults.ts";

interface PlannedFault {
  readonly fault: Fault;
  readonly index: number;
  readonly matches: (target: FaultTarget) => boolean;
  /** Of `on`. */
  callCount: number;
  /** Of each thing that `on` stands for: draws follow these, so that no other's pace changes them. */
  readonly callCountOf: Map<string, number>;
}

/**
 * @param options.faults of which the first that fits a call happens to it, and no other
 * @param options.seed any integer: the same seed and the same calls give the same faults
 * @throws {AegisError} "fault.*" for a fault that cannot happen
 */
export function openFaultPlan({
  faults,
  seed,
}: {
  readonly faults: readonly Fault[];
  readonly seed: number;
}): FaultPlan {
  const planned = faults.map((given, index): PlannedFault => {
    const fault = checkFault(given);
    return { fault, index, matches: readTarget(fault.on).matches, callCount: 0, callCountOf: new Map() };
  });
  return {
    faults: planned.map(({ fault }) => fault),
    next(call) {
      // Every fault counts every call of its target, also those that another fault takes.
      const hits = planned.flatMap((each) =>
        call.among?.(each.fault) === false ? [] : (hitOf(each, call, seed) ?? []),
      );
      return hits[0];
    },
  };
}

function hitOf(planned: PlannedFault, { on, nowMs }: FaultCall, seed: number): FaultHit | undefined {
  const { fault, index, callCountOf } = planned;
  const targets: readonly FaultTarget[] = [on].flat();
  const target = targets.find(planned.matches);
  if (!target) return undefined;
  const name = describeTarget(target);
  const call = ++planned.callCount;
  const callOfTarget = (callCountOf.get(name) ?? 0) + 1;
  callCountOf.set(name, callOfTarget);
  const random = seededRandom(seedFromText(`${seed}:${index}:${name}:${callOfTarget}`));
  // Drawn whether it counts or not, so that what comes after does not depend on the schedule.
  const drawn = random();
  return isDue(fault.when, { call, nowMs, drawn }) ? { fault, on: name, target, call, random } : undefined;
}

function isDue(
  { call: calls, burst, probability, window }: FaultSchedule,
  { call, nowMs, drawn }: { readonly call: number; readonly nowMs: number; readonly drawn: number },
): boolean {
  return (
    (calls === undefined || [calls].flat().includes(call)) &&
    (burst === undefined || (call >= burst.from && call < burst.from + burst.count)) &&
    (probability === undefined || drawn < probability) &&
    (window === undefined || (nowMs >= window.fromMs && nowMs < window.toMs))
  );
}
