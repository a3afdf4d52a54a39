import { AegisError } from "../kernel/index.ts";
import type { TrialOutcome, VoidReason } from "../domain/index.ts";
import type { EdgeEnd } from "../world/edge/index.ts";
import type { TrialLog } from "./trial-log.ts";

export type VoidTrial = Extract<TrialOutcome, { readonly kind: "void" }>;

/** The case's world failed: nothing the agent did. */
export class WorldError extends Error {
  constructor(what: string, cause: unknown) {
    super(`the case's world ${what}: ${(cause as Error).message}`, { cause });
  }
}

/** An agent that cannot even be loaded is the project's mistake: no trial of it says anything about the agent. */
export function refuseUnloadable(log: TrialLog): void {
  const error = log.find("run.started") ? undefined : log.find("run.ended")?.error;
  if (error?.name === "agent.bad_definition" || error?.name === "agent.not_found") {
    throw new AegisError(error.name, error.message);
  }
}

/** A service or a simulated user of the case that failed is not the agent's failure. */
export function refuseBrokenWorld(log: TrialLog): void {
  const error = log.find("run.ended")?.error;
  if (error?.name.startsWith("world.")) throw new WorldError("broke", new Error(error.message));
}

/** What a recording does not hold is nobody's answer: no trial that asked for it says anything about the agent. */
export function replayFailure(edge: EdgeEnd | undefined): VoidTrial | undefined {
  const [miss] = edge?.misses ?? [];
  if (miss === undefined) return undefined;
  const more = (edge?.misses.length ?? 1) - 1;
  return voided("recording", more === 0 ? miss : `${miss}; and ${more} more`);
}

/** A call that nothing is recorded of: what the agent would have made of its answer is nobody's to say. */
export function missFailure(log: TrialLog): VoidTrial | undefined {
  const error = log.find("run.ended")?.error;
  return error?.name === "replay.miss" ? voided("recording", error.message) : undefined;
}

/** Refused access, too slow, too busy: nothing the agent did. */
const PROVIDER_STATUSES = new Set([401, 403, 408, 429]);

/** The provider's or the recording's failure is not the agent's: when it made the agent fail, the trial is void. */
export function modelFailure(log: TrialLog): VoidTrial | undefined {
  const end = log.find("run.ended");
  const lastModel = log.find("model.returned");
  if (end?.outcome !== "failed" || !lastModel?.error || wasOnPurpose(log)) return undefined;
  const { name, message, status } = lastModel.error;
  if (name === "model.replay_miss" || name === "model.script_exhausted") return voided("recording", message);
  // Without a status the provider was never reached, or has no key; 4xx otherwise means that it was asked wrongly.
  const isProviders =
    name.startsWith("model.") || status === undefined || PROVIDER_STATUSES.has(status) || status >= 500;
  return isProviders ? voided("provider", message) : undefined;
}

/** A failure that the case's faults brought about is the agent's to bear: that is what they are for. */
function wasOnPurpose({ events }: TrialLog): boolean {
  const answered = events.findLastIndex((event) => event.type === "model.returned" && !event.error);
  return events.slice(answered + 1).some((event) => event.type === "fault.injected" && !event.on.startsWith("tool "));
}

export function failureOf(error: unknown, signal: AbortSignal): VoidTrial {
  if (signal.aborted) return voided("cancelled", "the run was cancelled");
  if (error instanceof WorldError) return voided("world", error.message);
  // What this machine cannot give, it gives no other trial either: the run ends, and says what is missing.
  const isOurs =
    error instanceof AegisError && error.code.startsWith("sandbox.") && error.code !== "sandbox.unavailable";
  if (isOurs) return voided("sandbox", error.message);
  throw error;
}

export function voided(reason: VoidReason, message: string): VoidTrial {
  return { kind: "void", reason, message };
}
