import type { MemoryOwner, MemoryPort, Remembered } from "../agent/index.ts";
import type { CaseMemory } from "../domain/index.ts";
import type { Clock } from "../kernel/index.ts";

/** What an agent remembers in one trial: what the case says it does, and what it writes. Gone with the trial. */
export function trialMemory(memories: readonly CaseMemory[], clock: Clock): MemoryPort {
  const kept: Record<MemoryOwner, Map<string, Remembered>> = { user: new Map(), agent: new Map() };
  for (const { owner, key, value, ageMs } of memories) {
    kept[owner].set(key, { key, value, version: 1, updatedAtMs: clock.nowMs() - ageMs });
  }
  return {
    read: async (owner, key) => kept[owner].get(key),
    async write(owner, { key, value }) {
      const version = (kept[owner].get(key)?.version ?? 0) + 1;
      const written = { key, value, version, updatedAtMs: clock.nowMs() };
      kept[owner].set(key, written);
      return written;
    },
    async search(owner, query, limit) {
      const words = wordsOf(query);
      const scored = [...kept[owner].values()].map((entry) => {
        const text = new Set(wordsOf(`${entry.key} ${JSON.stringify(entry.value)}`));
        return { entry, score: words.filter((word) => text.has(word)).length };
      });
      const found = scored.filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score);
      return found.slice(0, limit).map(({ entry }) => entry);
    },
    erase: async (owner, key) => (kept[owner].delete(key) ? 1 : 0),
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
