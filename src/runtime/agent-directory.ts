import type { AgentContext, AgentDefinition, AgentSession, AppendEvent } from "../agent/index.ts";
import type { AgentVersion, Message } from "../domain/index.ts";

/** The agents this process has the code of. */
export interface AgentDirectory {
  readonly offers: readonly AgentVersion[];
  /** The agent's code, at this version or, where none is named, at the one that is offered. */
  find(agent: string, version?: string): AgentDefinition | undefined;
}

/** Begins a conversation with an agent of whatever make, behind the context's boundary. */
export type OpenAgentSession = (request: {
  readonly agent: AgentDefinition;
  readonly context: AgentContext;
  readonly history: readonly Message[];
  readonly sessionId: string;
  readonly append: AppendEvent;
}) => Promise<AgentSession>;
