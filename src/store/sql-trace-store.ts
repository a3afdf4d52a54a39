import { feedbackQuestions } from "./queries/feedback.ts";
import { findTrace } from "./queries/find-trace.ts";
import { listTraces } from "./queries/list-traces.ts";
import { removeTraces } from "./queries/remove-traces.ts";
import { listUnsettledLogs, noteSettledLogs } from "./queries/unsettled-logs.ts";
import { listUnsettled } from "./queries/unsettled-traces.ts";
import { RecentParts } from "./recent-parts.ts";
import { refusingBadText } from "./refusing-bad-text.ts";
import { decodeParts, encodeParts, lastOfEach, type TraceWriter } from "./span-parts.ts";
import type { Sql } from "./sql.ts";
import type { TraceStore } from "./trace-store.ts";

/** Traces over any database that speaks SQL: every question is written once, in `queries/`. */
export function sqlTraceStore(database: Sql, writer: TraceWriter): TraceStore {
  const db = refusingBadText(database);
  const recent = new RecentParts();
  const readSpans = async (traceId: string) => decodeParts(await writer.readParts(traceId));
  return {
    async addSpans(given, place) {
      const parts = encodeParts(given);
      if (parts.length === 0) return new Map();
      const placed = await writer.addParts(parts, place);
      for (const [index, { traceId, spans, text }] of parts.entries()) {
        recent.keep({ traceId, number: placed[index]!.number, spans, characters: text.length });
      }
      return new Map(parts.map(({ traceId }, index) => [traceId, placed[index]!.runId]));
    },
    readSpans,
    async readUnsettled({ traceId, lastPart }) {
      const spans = recent.take(traceId, lastPart);
      return spans === undefined ? readSpans(traceId) : lastOfEach(spans);
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
