import type { RunStatus, Session } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import { makeId } from "../sample-records.ts";
import { withRuns } from "../sample-runtime-records.ts";

/** A session with one run that has been brought to a status by worker `w`. */
export async function runOfStatus(
  store: Store,
  status: RunStatus,
): Promise<{ readonly session: Session; readonly id: Id<"run"> }> {
  const { session, runs } = await withRuns(store, 1);
  const id = runs[0]?.id ?? makeId<"run">();
  if (status !== "queued") await store.claimRun({ id, workerId: "w", from: ["queued"], atMs: 10 });
  if (status === "paused") await store.pauseRun({ id, workerId: "w", on: "sleep", wakeAtMs: 50, seenPosition: 0 });
  if (status === "ended") await store.endRun({ id, outcome: "answered", atMs: 20 });
  return { session, id };
}
