import { setTimeout as sleep } from "node:timers/promises";
import type { Session } from "../domain/index.ts";
import type { ServerDeps } from "./route-context.ts";

const LOOK_MS = 20;
const LOOKS_MAX = 250;

/** Erases a session after what ran in it has ended. */
export async function eraseSession(
  session: Session,
  by: string,
  deps: Pick<ServerDeps, "runtime" | "store" | "sessionCounts">,
): Promise<void> {
  await endSessions([session], by, deps);
  await deps.store.removeSession(session.id);
  deps.sessionCounts.remove(session.ownerId);
}

/**
 * Closes sessions and waits until what ran in them has ended, so that those who follow it see the end before it is erased.
 * A run that does not end in time loses its next append, and stops there.
 */
export async function endSessions(
  sessions: AsyncIterable<Session> | Iterable<Session>,
  by: string,
  { runtime, store }: Pick<ServerDeps, "runtime" | "store">,
): Promise<void> {
  let open: Session["id"][] = [];
  for await (const { id } of sessions) {
    await runtime.closeSession(id, by);
    if ((await store.countOpenRuns(id)) > 0) open.push(id);
  }
  for (let looks = 0; looks < LOOKS_MAX && open.length > 0; looks += 1) {
    await sleep(LOOK_MS);
    const counts = await Promise.all(open.map((id) => store.countOpenRuns(id)));
    open = open.filter((_, index) => (counts[index] ?? 0) > 0);
  }
}
