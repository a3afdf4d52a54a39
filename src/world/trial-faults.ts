import type { Json, JsonObject } from "../kernel/index.ts";
import type { Fault, FaultBoundary } from "../fault/index.ts";
import { parseFaults, profileFaults } from "../fault/spec/index.ts";

export interface FaultSources {
  /** As the case writes them. */
  readonly written: readonly JsonObject[];
  readonly where: string;
  /** Named lists to add. */
  readonly profiles: readonly string[];
  readonly seed: number;
  /** The trial reaches its tools over the network, and the edge stands in between. */
  readonly hasServices: boolean;
}

/**
 * All faults of one trial. Profiles say the same for tools in the process and for tools behind a network: where there is
 * a network, real connections break and tools feel it through them; nothing is broken twice.
 * @throws {AegisError} "fault.*"
 */
export function faultsOf({ written, where, profiles, seed, hasServices }: FaultSources): Fault[] {
  const own = parseFaults(written as unknown as Json, where);
  const doubled: readonly FaultBoundary[] = hasServices ? ["tool"] : ["http", "mcp"];
  const named = profiles
    .flatMap((profile) => profileFaults(profile, { seed }))
    .filter((fault) => !doubled.includes(boundaryOf(fault)));
  return [...own, ...named];
}

/** Those that the agent's own boundary applies; it applies `model` where it wraps the agent's model. */
export function atBoundary(faults: readonly Fault[]): Fault[] {
  return faults.filter((fault) => ["tool", "model"].includes(boundaryOf(fault)));
}

/** Those that the edge applies; it applies `model` to calls that no boundary has seen. */
export function atEdge(faults: readonly Fault[]): Fault[] {
  return faults.filter((fault) => boundaryOf(fault) !== "tool");
}

function boundaryOf({ on }: Fault): FaultBoundary {
  return on.trim().split(/\s+/)[0] as FaultBoundary;
}
