import { addSpans } from "./add-spans.ts";
import { feedbackQuestions } from "./queries/feedback.ts";
import { findTrace } from "./queries/find-trace.ts";
import { listTraces } from "./queries/list-traces.ts";
import { removeTraces } from "./queries/remove-traces.ts";
import { listUnsettledLogs, noteSettledLogs } from "./queries/unsettled-logs.ts";
import { listUnsettled } from "./queries/unsettled-traces.ts";
import { RecentParts } from "./recent-parts.ts";
import { refusingBadText } from "./refusing-bad-text.ts";
import { decodeParts, lastOfEach, type TraceWriter } from "./span-parts.ts";
import type { Sql } from "./sql.ts";
import type { TraceStore } from "./trace-store.ts";

/** Traces over any database that speaks SQL: every question is written once, in `queries/`. */
export function sqlTraceStore(database: Sql, writer: TraceWriter): TraceStore {
  const db = refusingBadText(database);
  const recent = new RecentParts(writer);
  const readSpans = async (traceId: string) => decodeParts(await writer.readParts(traceId));
  return {
    addSpans: (parts, place) => addSpans({ writer, recent }, parts, place),
    readSpans,
    async readUnsettled(trace) {
      const spans = recent.take(trace);
      return spans === undefined ? readSpans(trace.traceId) : lastOfEach(spans);
    },
    saveTraces: (settled) => writer.saveTraces(settled),
    packTraces: (limit) => writer.packTraces(limit),
    listUnsettled: (query) => listUnsettled(db, query),
    listUnsettledLogs: (limit) => listUnsettledLogs(db, limit),
    noteSettledLogs: (logs) => noteSettledLogs(db, logs),
    findTrace: (id) => findTrace(db, id),
    listTraces: (query) => listTraces(db, query),
    removeTraces(query) {
      recent.clear();
      return removeTraces(db, query);
    },
    ...feedbackQuestions(db),
  };
}
