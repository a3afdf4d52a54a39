import type { Json, JsonObject } from "../kernel/index.ts";
import type { AssistantMessage, Message } from "./message.ts";
import type { ToolReplay } from "./recorded-take.ts";
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
  /** What was said before `input`: the agent finds it as its conversation so far. */
  readonly history?: readonly Message[];
  /** Who talks instead of `input`: persona, goal and hidden facts, kept from the agent. */
  readonly simulatedUser?: JsonObject;
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
  /** Tools answered from recordings, at the boundary in the agent's own process. */
  readonly replay?: ToolReplay;
  /** What a person would decide when a tool asks for approval; a tool not named here is denied. */
  readonly approvals: readonly ApprovalRule[];
  /** A folder whose content the workspace begins with, absolute. */
  readonly files?: string;
  readonly postgres?: CasePostgres;
  /** What the agent remembers when the trial begins. */
  readonly memory?: readonly CaseMemory[];
  /** Programs that start fresh inside the trial's sandbox, in this order, and die with it. */
  readonly services?: readonly CaseService[];
  /** What goes wrong on purpose, as the case says it. */
  readonly faults?: readonly JsonObject[];
  /** What may be reached, and what is recorded or replayed. Nothing beyond the world's own services unless told. */
  readonly network?: CaseNetwork;
}

/** Something an agent or a user remembers from before the trial. */
export interface CaseMemory {
  readonly owner: "user" | "agent";
  readonly key: string;
  readonly value: Json;
  /** How old it is when the trial begins. */
  readonly ageMs: number;
}

/** A database made afresh for each trial, on a server that already runs. */
export interface CasePostgres {
  /** The variable of our own environment that holds the server's URL, with a login that may create databases. */
  readonly serverEnv: string;
  /** The database that is copied. */
  readonly template: string;
  /** The variable in which the agent finds its database's URL. */
  readonly env: string;
}

/** A program of the case: `command` is started, `port` answers, then the agent begins. */
export interface CaseService {
  readonly name: string;
  /** Program and arguments, in the workspace. */
  readonly command: readonly string[];
  /** Where it listens, on the sandbox's loopback. */
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A path that answers 2xx when it is ready; the open port is enough unless told. */
  readonly health?: string;
  readonly readyWithinMs: number;
}

export interface CaseNetwork {
  readonly allow: readonly { readonly host: string; readonly ports?: readonly number[] }[];
  /** Absolute path of a cassette: recorded into, or answered from. */
  readonly record?: string;
  readonly replay?: { readonly cassette: string; readonly pace: "recorded" | "none" };
}

export interface ApprovalRule {
  readonly tool: string;
  readonly decision: "approved" | "denied";
  readonly by: string;
}
