import type { Clock, Random } from "../kernel/index.ts";
import { type AppendEvent, Boundary, type BoundaryOptions } from "../agent/index.ts";
import type { TrialJob } from "../eval/index.ts";
import type { Fault } from "../fault/index.ts";
import { costOf, mergePrices, type PriceTable } from "../model/pricing/index.ts";
import { trialMemory } from "./trial-memory.ts";

/** The boundary of one trial: the case's approvals, memory and faults stand behind it. */
export async function openTrialBoundary(trial: {
  readonly job: TrialJob;
  readonly append: AppendEvent;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  readonly replay?: BoundaryOptions["replay"];
}): Promise<Boundary> {
  const { job, append, signal, clock, random, replay } = trial;
  const prices = mergePrices(job.prices as unknown as PriceTable);
  return new Boundary({
    append,
    clock,
    random,
    signal,
    runId: job.runId,
    ...(job.faults && { faults: await loadFaults({ faults: job.faults, seed: job.seed }) }),
    ...(replay && { replay }),
    memory: trialMemory(job.memory ?? [], clock),
    costOf: (call) => costOf({ ...call, prices }),
    approve: async ({ tool }) =>
      job.approvals.find((rule) => rule.tool === tool) ?? { decision: "denied", by: "nobody" },
  });
}

/** Most trials have none, and each pays for what it loads. */
async function loadFaults(given: { readonly faults: readonly Fault[]; readonly seed: number }) {
  const [{ boundaryFaults }, { openFaultPlan }] = await Promise.all([
    import("../agent/faults/index.ts"),
    import("../fault/index.ts"),
  ]);
  return boundaryFaults(openFaultPlan(given));
}
