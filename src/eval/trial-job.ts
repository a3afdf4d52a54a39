import type { Json, JsonObject } from "../kernel/index.ts";
import type {
  ApprovalRule,
  AssistantMessage,
  CaseMemory,
  CaseService,
  InputTurn,
  IsolationLevel,
  Message,
  NewEvent,
  SandboxFacts,
  ToolReplay,
  UserContext,
} from "../domain/index.ts";
import type { Fault } from "../fault/index.ts";
import type { CapturedOutput, ProgramEnd, WorkspaceEntry } from "../sandbox/index.ts";

/** Where the agent is defined. `task`: in the suite's own file, as a function; `recorded`: by us, from the case's cassette. */
export type AgentTarget =
  | { readonly kind: "file"; readonly file: string; readonly name: string }
  | { readonly kind: "task"; readonly file: string; readonly suite: string }
  | { readonly kind: "recorded"; readonly file: string };

/** All the agent's side is told of a trial: plain data, no checks, no rubrics, no expected answers. */
export interface TrialJob {
  readonly runId: string;
  readonly caseId: string;
  readonly attemptIndex: number;
  readonly seed: number;
  readonly target: AgentTarget;
  readonly input: readonly InputTurn[];
  readonly user: UserContext | null;
  readonly env: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, Json>>;
  readonly clock?: string;
  readonly approvals: readonly ApprovalRule[];
  readonly modelReplay?: readonly AssistantMessage[];
  /** Recorded answers that stand in for the agent's tools. */
  readonly replay?: ToolReplay;
  readonly modelBaseUrl?: string;
  /** Where the next thing the user says is asked for, when the user is simulated. */
  readonly userUrl?: string;
  /** PEM of the trial's own authority: programs trust it, so that the edge can read what they say. */
  readonly authorityPem?: string;
  /** What goes wrong at the boundary on purpose; the rest of the trial's faults is the edge's. */
  readonly faults?: readonly Fault[];
  /** What was said before. */
  readonly history?: readonly Message[];
  readonly memory?: readonly CaseMemory[];
  /** Programs of the case that run beside the agent. */
  readonly services?: readonly CaseService[];
  /** User's price overrides, in micro-USD per million tokens. */
  readonly prices: JsonObject;
}

export interface TrialPerformance {
  /** The program ended by itself, or why not; `control-overflow`: one event was too large. */
  readonly reason: ProgramEnd["reason"] | "too-many-events";
  readonly exitCode: number | null;
  readonly stdout: CapturedOutput | null;
  readonly stderr: CapturedOutput | null;
  readonly strayProcessCount: number;
  /** The agent's own state, when no service holds it. */
  readonly state: { readonly before: Json; readonly after: Json } | null;
  readonly durationMs: number;
  /** What the trial had, where somebody else than the runner gave it. */
  readonly isolation?: IsolationLevel;
  /** What it ran in. */
  readonly sandbox?: SandboxFacts;
  /** What the program left in its workspace; undefined where it could not be told (it was killed, say). */
  readonly files?: readonly WorkspaceEntry[];
}

/**
 * Runs the agent against one job. What the agent does is never an error here: only a sandbox that fails throws
 * ("sandbox.*"); "sandbox.lost" asks for another go in a fresh world.
 */
export type PerformTrial = (request: {
  readonly job: TrialJob;
  /** What the workspace holds at first. */
  readonly files?: readonly WorkspaceEntry[];
  readonly timeoutMs: number;
  readonly passEnv: readonly string[];
  readonly onEvent: (event: NewEvent) => void;
  readonly signal: AbortSignal;
}) => Promise<TrialPerformance>;
