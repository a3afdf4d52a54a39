import type { RunEvent } from "../domain/index.ts";
import { type Id, LIMITS } from "../kernel/index.ts";
import type { LogStore } from "../store/index.ts";

/** The whole log of a run as it is now; empty for an unknown run. */
export async function readRun(store: LogStore, runId: Id<"run">): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (;;) {
    const page = await store.read(runId, { fromSeq: events.length, limit: LIMITS.pageRowsMax });
    events.push(...page);
    if (page.length < LIMITS.pageRowsMax) return events;
  }
}
