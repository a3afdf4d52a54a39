import type { Json } from "../kernel/index.ts";

/** What is remembered under a key. */
export interface Remembered {
  readonly key: string;
  readonly value: Json;
  /** From 1, raised with every write. */
  readonly version: number;
  readonly updatedAtMs: number;
}

/** Whose memory: the user's the run is for, or the agent's own. */
export type MemoryOwner = "user" | "agent";

/** Where memories are kept, behind the boundary. A write with the same `writeId` is made once. */
export interface MemoryPort {
  read(owner: MemoryOwner, key: string): Promise<Remembered | undefined>;
  write(
    owner: MemoryOwner,
    entry: { readonly key: string; readonly value: Json; readonly writeId: string },
  ): Promise<Remembered>;
  search(owner: MemoryOwner, query: string, limit: number): Promise<readonly Remembered[]>;
  /** @returns how many keys are gone */
  erase(owner: MemoryOwner, key: string): Promise<number>;
}

/** An agent's way to one memory. Every use is an effect of the run: logged, and answered from the log when it is replayed. */
export interface MemoryHandle {
  read(key: string): Promise<Remembered | undefined>;
  write(key: string, value: Json): Promise<Remembered>;
  /** Full text over keys and values, best first. */
  search(query: string, limit?: number): Promise<readonly Remembered[]>;
  /** @returns whether there was one */
  erase(key: string): Promise<boolean>;
}
