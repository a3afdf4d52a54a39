import type { CheckSpec, Finding, RunEvent } from "../../domain/index.ts";

/** A run and its log. */
export interface TracedRun {
  readonly runId: string;
  readonly events: readonly RunEvent[];
}

export interface TraceCaseRequest {
  readonly failed: TracedRun;
  readonly findings: readonly Finding[];
  /** That the run failed already, as plain data: of the suite it was a trial of, say. */
  readonly checks?: readonly CheckSpec[];
  /** A run of the same task that went well. */
  readonly good?: TracedRun;
  readonly incident?: string;
  /** Another id than the one made of the trace. */
  readonly id?: string;
  /** Whether the model says again what it said, or the agent's own model is asked. */
  readonly model: "recorded" | "live";
}
