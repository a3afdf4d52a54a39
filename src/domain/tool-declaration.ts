/** How bad a wrong call can be: `read` changes nothing, `write` can be undone, `irreversible` cannot. */
export type ToolRisk = "read" | "write" | "irreversible";

/**
 * What a tool is for, where checks and detectors need to know. `escalation` hands over to a person, `draft` prepares what
 * a person decides, `notification` tells somebody something, `retrieval` looks something up, `action` does the thing.
 */
export type ToolPurpose = "escalation" | "draft" | "notification" | "retrieval" | "action";

/** What is known about a tool before it is called; written into the log with each call. */
export interface ToolDeclaration {
  readonly name: string;
  readonly risk: ToolRisk;
  /** Safe to run twice with the same idempotency key. */
  readonly isIdempotent: boolean;
  readonly needsApproval: boolean;
  /** Grants the user must hold for the agent to use this tool on the user's behalf. */
  readonly permissions: readonly string[];
  readonly purpose: ToolPurpose;
}

/** A document the agent was given: enough to tell whether it was the right and fresh one. */
export interface SourceReference {
  readonly id: string;
  readonly version?: string;
  readonly updatedAtMs?: number;
}
