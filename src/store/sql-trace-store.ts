import { feedbackQuestions } from "./queries/feedback.ts";
import { findTrace } from "./queries/find-trace.ts";
import { listTraces } from "./queries/list-traces.ts";
import { removeTraces } from "./queries/remove-traces.ts";
import { saveTraces } from "./queries/save-traces.ts";
import { listUnsettled } from "./queries/unsettled-traces.ts";
import { refusingBadText } from "./refusing-bad-text.ts";
import type { SpanStore } from "./span-parts.ts";
import type { Sql } from "./sql.ts";
import type { TraceStore } from "./trace-store.ts";

/** Traces over any database that speaks SQL; spans come in too fast for statements, each database takes them its own way. */
export function sqlTraceStore(database: Sql, spans: SpanStore): TraceStore {
  const db = refusingBadText(database);
  return {
    addSpans: (parts, place) => spans.addSpans(parts, place),
    readSpans: (traceId) => spans.readSpans(traceId),
    listUnsettled: (query) => listUnsettled(db, query),
    saveTraces: (settled) => saveTraces(db, settled),
    findTrace: (id) => findTrace(db, id),
    listTraces: (query) => listTraces(db, query),
    removeTraces: (query) => removeTraces(db, query),
    ...feedbackQuestions(db),
  };
}
