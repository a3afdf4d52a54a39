import type { Clock, Json, Random } from "../kernel/index.ts";
import type { UserContext } from "../domain/index.ts";
import type { Boundary } from "./boundary.ts";
import type { MemoryHandle } from "./memory-handle.ts";

/** What an agent may know of where it runs. Everything that reaches outside goes through `boundary`. */
export interface AgentContext {
  readonly boundary: Boundary;
  readonly user: UserContext | null;
  /** From 0; undefined outside an eval. */
  readonly attemptIndex?: number;
  readonly caseId?: string;
  readonly seed: number;
  /** The world's addresses and settings, e.g. `SHOP_URL`. Also set as environment variables in a process of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** The case's state when no service holds it: change it in place, its difference is captured at the end. */
  readonly state: Record<string, Json>;
  /** Of the user the run is for; null where no user is known. Logged, versioned, kept between sessions. */
  readonly userMemory: MemoryHandle | null;
  /** The agent's own, the same for all its users: nothing about one of them belongs here. */
  readonly agentMemory: MemoryHandle;
  /** Under `aegis serve` it stands at the run's beginning; `boundary.nowMs()` tells the time as it goes on. */
  readonly clock: Clock;
  readonly random: Random;
}

/** What an agent says: text, and the value it returned where that was no text. */
export interface AgentAnswer {
  readonly text: string;
  readonly data?: Json;
}

/** One conversation with one agent. */
export interface AgentSession {
  /** Sends one message and resolves with the agent's answer. */
  send(turn: { readonly message: string; readonly input: Json; readonly signal: AbortSignal }): Promise<AgentAnswer>;
}
