import { setTimeout as sleep } from "node:timers/promises";
import type { Session } from "../domain/index.ts";
import type { ServerDeps } from "./route-context.ts";

const LOOK_MS = 20;
const LOOKS_MAX = 250;

/**
 * Closes a session and waits until what ran in it has ended, so that those who follow it see the end before it is erased.
 * A run that does not end in time loses its next append, and stops there.
 */
export async function endSession(
  { id }: Pick<Session, "id">,
  by: string,
  { runtime, store }: Pick<ServerDeps, "runtime" | "store">,
): Promise<void> {
  await runtime.closeSession(id, by);
  for (let looks = 0; looks < LOOKS_MAX && (await store.countOpenRuns(id)) > 0; looks += 1) await sleep(LOOK_MS);
}
