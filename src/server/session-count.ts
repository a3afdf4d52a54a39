import { AegisError, LIMITS } from "../kernel/index.ts";
import type { SessionStore } from "../store/index.ts";

const OWNERS_MAX = 10_000;

export type SessionCounts = ReturnType<typeof countSessions>;

/**
 * How many sessions each user has, counted once and kept up from then on: other processes may add some, so that the limit
 * is a guard against runaways and no promise to the last one.
 */
export function countSessions(store: Pick<SessionStore, "listSessions">, sessionsMax: number) {
  const counts = new Map<string, number>();
  const count = async (ownerId: string): Promise<number> => {
    let found = 0;
    let before: { readonly createdAtMs: number; readonly id: string } | undefined;
    do {
      const limit = Math.min(LIMITS.pageRowsMax, sessionsMax);
      const page = await store.listSessions({ limit, ownerId, ...(before && { before }) });
      found += page.length;
      before = page.length === limit ? page.at(-1) : undefined;
    } while (before && found < sessionsMax);
    return found;
  };
  return {
    /** @throws {AegisError} "session.too_many" */
    async expectRoom(ownerId: string): Promise<void> {
      const known = counts.get(ownerId) ?? (await count(ownerId));
      if (counts.size >= OWNERS_MAX) counts.clear();
      counts.set(ownerId, known);
      if (known < sessionsMax) return;
      throw new AegisError("session.too_many", `There are ${known} sessions of yours`, { details: { sessionsMax } });
    },
    add: (ownerId: string) => change(counts, ownerId, 1),
    remove: (ownerId: string) => change(counts, ownerId, -1),
    /** All of them are gone, or who knows: they are counted again. */
    forget: (ownerId: string) => void counts.delete(ownerId),
  };
}

function change(counts: Map<string, number>, ownerId: string, by: number): void {
  const known = counts.get(ownerId);
  if (known !== undefined) counts.set(ownerId, known + by);
}
