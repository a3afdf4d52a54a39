import type { Finding, RunEvent } from "../../domain/index.ts";
import { AegisError, type Id } from "../../kernel/index.ts";
import { findingsOfTrial } from "../../eval/from-trace/index.ts";
import { readRun } from "../../log/index.ts";
import type { App } from "../open-app.ts";

/** A run somebody asks about: its log, and what is known to be wrong with it. */
export interface FoundRun {
  readonly runId: string;
  readonly events: readonly RunEvent[];
  readonly findings: readonly Finding[];
}

/**
 * A run by its id, or by the id of a trial, recorded ones included.
 * @throws {AegisError} "run.not_found"
 */
export async function findTracedRun(app: App, id: string): Promise<FoundRun> {
  const store = await app.store();
  const trial = await store.findTrial(id);
  const runId = trial?.runId ?? (id as Id<"run">);
  const events = await readRun(store, runId);
  if (events.length > 0) return { runId, events, findings: trial ? findingsOfTrial(trial) : [] };
  throw new AegisError("run.not_found", `there is no run and no trial ${JSON.stringify(id)}`, {
    details: { id },
    fix: "Give the id of a run (`aegis run list`), or of a trial (`aegis eval show RUN --json`).",
  });
}
