import type { MemoryOwner, MemoryPort, Remembered } from "../agent/index.ts";
import type { MemoryEntry, MemoryScope, RunRecord } from "../domain/index.ts";
import { AegisError, type Clock, LIMITS } from "../kernel/index.ts";
import type { MemoryStore } from "../store/index.ts";

/** The memories a run may use: its owner's, and its agent's. */
export function storedMemory(options: {
  readonly store: MemoryStore;
  readonly clock: Clock;
  readonly run: Pick<RunRecord, "id" | "ownerId" | "agent">;
}): MemoryPort {
  const { store, clock, run } = options;
  const scope = (owner: MemoryOwner): MemoryScope => ({ kind: owner, id: owner === "user" ? run.ownerId : run.agent });
  return {
    async read(owner, key) {
      const entry = await store.readMemory(scope(owner), key);
      return entry && remembered(entry);
    },
    async write(owner, { key, value, writeId }) {
      assertFits(key, value);
      const write = { scope: scope(owner), key, value, writeId, atMs: clock.nowMs(), runId: run.id };
      return remembered(await store.writeMemory(write));
    },
    async search(owner, query, limit) {
      const text = query.slice(0, LIMITS.memorySearchCharactersMax);
      return (await store.searchMemory(scope(owner), text, Math.min(limit, LIMITS.pageRowsMax))).map(remembered);
    },
    erase: (owner, key) => store.eraseMemory(scope(owner), key),
  };
}

/** @throws {AegisError} "memory.too_large" */
export function assertFits(key: string, value: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? "");
  const isKey = key.length >= 1 && key.length <= LIMITS.memoryKeyCharactersMax;
  if (isKey && bytes <= LIMITS.memoryValueBytesMax) return;
  throw new AegisError("memory.too_large", `A memory of ${key.length} characters of key and ${bytes} bytes of value`, {
    details: { keyCharacters: key.length, bytes },
  });
}

function remembered({ key, value, version, updatedAtMs }: MemoryEntry): Remembered {
  return { key, value, version, updatedAtMs };
}
