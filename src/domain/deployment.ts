/** A process that performs runs, and the versions it has the code of. */
export interface WorkerRecord {
  readonly id: string;
  readonly offers: readonly AgentVersion[];
  /** A draining worker finishes what it has and takes nothing new. */
  readonly state: "live" | "draining";
  readonly startedAtMs: number;
}

export interface AgentVersion {
  readonly agent: string;
  readonly version: string;
}

/** The share of an agent's new runs that a version gets, in relation to the other weights; 0 gets none. */
export interface VersionRoute extends AgentVersion {
  readonly weight: number;
  readonly updatedAtMs: number;
}
