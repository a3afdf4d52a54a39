import type { Id, Json } from "../kernel/index.ts";

/** Whose memory: a user's, shared by all agents that serve them, or an agent's own, shared by all its users. */
export interface MemoryScope {
  readonly kind: "user" | "agent";
  /** The user's id or the agent's name. */
  readonly id: string;
}

/** One version of one remembered value. */
export interface MemoryEntry {
  readonly scope: MemoryScope;
  readonly key: string;
  readonly value: Json;
  /** From 1, raised with every write of the key. */
  readonly version: number;
  readonly updatedAtMs: number;
  /** The run that wrote it; null for a write through the API. */
  readonly runId: Id<"run"> | null;
}
