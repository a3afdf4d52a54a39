import { feedbackQuestions } from "./queries/feedback.ts";
import { findTrace } from "./queries/find-trace.ts";
import { listTraces } from "./queries/list-traces.ts";
import { removeTraces } from "./queries/remove-traces.ts";
import { listUnsettledLogs, noteSettledLogs } from "./queries/unsettled-logs.ts";
import { listUnsettled } from "./queries/unsettled-traces.ts";
import { refusingBadText } from "./refusing-bad-text.ts";
import type { TraceWriter } from "./span-parts.ts";
import type { Sql } from "./sql.ts";
import type { TraceStore } from "./trace-store.ts";

/** Traces over any database that speaks SQL: every question is written once, in `queries/`. */
export function sqlTraceStore(database: Sql, writer: TraceWriter): TraceStore {
  const db = refusingBadText(database);
  return {
    addSpans: (parts, place) => writer.addSpans(parts, place),
    readSpans: (traceId) => writer.readSpans(traceId),
    saveTraces: (settled) => writer.saveTraces(settled),
    listUnsettled: (query) => listUnsettled(db, query),
    listUnsettledLogs: (limit) => listUnsettledLogs(db, limit),
    noteSettledLogs: (logs) => noteSettledLogs(db, logs),
    findTrace: (id) => findTrace(db, id),
    listTraces: (query) => listTraces(db, query),
    removeTraces: (query) => removeTraces(db, query),
    ...feedbackQuestions(db),
  };
}
