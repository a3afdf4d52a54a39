import type { RuntimeStore } from "./runtime-store.ts";
import { acceptRun, findRunByKey } from "./queries/accept-run.ts";
import { apiKeyQuestions } from "./queries/api-keys.ts";
import { deploymentQuestions } from "./queries/deployments.ts";
import { runLists } from "./queries/list-runs.ts";
import { memoryQuestions } from "./queries/memories.ts";
import { claimRun, endRun, pauseRun } from "./queries/move-run.ts";
import { sessionQuestions } from "./queries/sessions.ts";
import { signalQuestions } from "./queries/signals.ts";
import { webhookQuestions } from "./queries/webhooks.ts";
import { refusingBadText } from "./refusing-bad-text.ts";
import type { Sql } from "./sql.ts";

/** Locks that end with the process that holds them, each in its database's own way. */
export type WorkerLocks = Pick<RuntimeStore, "holdWorker" | "isWorkerHeld">;

/** The runtime's part of a store over any database that speaks SQL: every question is written once, in `queries/`. */
export function sqlRuntimeStore(database: Sql, locks: WorkerLocks): RuntimeStore {
  const db = refusingBadText(database);
  return {
    ...sessionQuestions(db),
    createRun: (run) => acceptRun(db, run),
    findRunByKey: (sessionId, key) => findRunByKey(db, sessionId, key),
    claimRun: (claim) => claimRun(db, claim),
    pauseRun: (pause) => pauseRun(db, pause),
    endRun: (end) => endRun(db, end),
    ...runLists(db),
    ...signalQuestions(db),
    ...deploymentQuestions(db),
    holdWorker: (id) => locks.holdWorker(id),
    isWorkerHeld: (id) => locks.isWorkerHeld(id),
    ...memoryQuestions(db),
    ...apiKeyQuestions(db),
    ...webhookQuestions(db),
  };
}
