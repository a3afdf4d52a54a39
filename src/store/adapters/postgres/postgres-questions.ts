import type { Sql } from "../../sql.ts";
import { sqlRuntimeStore, type WorkerLocks } from "../../sql-runtime-store.ts";
import { sqlTraceStore } from "../../sql-trace-store.ts";
import { evalQuestions } from "./eval-questions.ts";
import { postgresTraces } from "./postgres-traces.ts";

/** All that is asked over connections of the pool. */
export function postgresQuestions(db: Sql, { locks, label }: { readonly locks: WorkerLocks; readonly label: string }) {
  return { ...sqlRuntimeStore(db, locks), ...evalQuestions(db, label), ...sqlTraceStore(db, postgresTraces(db)) };
}
