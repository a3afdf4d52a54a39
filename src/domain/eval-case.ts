import type { Json, JsonObject } from "../kernel/index.ts";
import type { AssistantMessage } from "./message.ts";
import type { UserContext } from "./user-context.ts";

/** `capability`: can it do this at all? `regression`: it could once, it must still. */
export type CaseKind = "capability" | "regression";

/** A check as plain data: one key, the check's name, and its options, e.g. `{ never: { tool: "refund.issue" } }`. */
export type CheckSpec = Readonly<Record<string, unknown>>;

/** One turn of the conversation that the agent is put through; `data` is a structured input for a function agent. */
export type InputTurn = { readonly user: string } | { readonly system: string } | { readonly data: Json };

/** One situation and what counts as handling it well; parsed, defaults filled in. */
export interface EvalCase {
  readonly id: string;
  readonly why?: string;
  readonly kind: CaseKind;
  readonly tags: readonly string[];
  readonly from?: JsonObject;
  readonly input: readonly InputTurn[];
  readonly user: UserContext | null;
  readonly world: CaseWorld;
  readonly expected?: Json;
  readonly metadata: JsonObject;
  /** Overrides the suite's number. */
  readonly trials?: number;
  readonly checks: readonly CheckSpec[];
  /** The share of trials that must pass for the case to pass, in [0, 1]. */
  readonly passRate: number;
  readonly timeoutMs?: number;
  /** Where it was written, for messages. */
  readonly file?: string;
}

/** What stands behind the boundary in this case. */
export interface CaseWorld {
  /** Named initial states, e.g. `{ retail: {...} }`; fixtures are already read. */
  readonly state: Readonly<Record<string, Json>>;
  /** ISO time the agent's clock starts at. */
  readonly clock?: string;
  /** Environment variables for the agent's process. */
  readonly env: Readonly<Record<string, string>>;
  /** Recorded assistant messages served as the model, one list per attempt (the last list serves all further attempts). */
  readonly modelReplay?: readonly (readonly AssistantMessage[])[];
  /** Recorded user messages said instead of `input`, one list per attempt (the last list serves all further attempts). */
  readonly userReplay?: readonly (readonly string[])[];
  /** What a person would decide when a tool asks for approval; a tool not named here is denied. */
  readonly approvals: readonly ApprovalRule[];
}

export interface ApprovalRule {
  readonly tool: string;
  readonly decision: "approved" | "denied";
  readonly by: string;
}
