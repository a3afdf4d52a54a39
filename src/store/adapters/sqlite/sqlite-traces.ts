import type { Id } from "../../../kernel/index.ts";
import { tokenizable } from "../../search-text.ts";
import type { TraceWriter } from "../../span-parts.ts";
import { marksOf } from "../../trace-marks.ts";
import { columnText, encodeTrace } from "../../trace-row.ts";
import { TRACE_COLUMNS } from "./protocol.ts";
import type { WorkerLink } from "./worker-link.ts";

export function sqliteTraces(link: WorkerLink): TraceWriter {
  return {
    // One thread after the other, from one queue to the next.
    isInOrder: true,
    async addParts(parts, { atMs }) {
      const cells = parts.flatMap(({ traceId, runId, text, link, follows }) => [
        traceId,
        runId,
        text,
        link,
        Number(follows),
      ]);
      const runIds = await link.call("addSpans", { atMs, cells });
      return runIds.map((runId) => (runId === "" ? undefined : (runId as Id<"run">)));
    },
    readParts: (traceId) => link.call("readSpans", columnText(traceId)),
    packTraces: (limit) => link.call("packTraces", limit),
    async saveTraces(settled) {
      if (settled.length === 0) return;
      const traces = settled.map(({ summary, words, lastPart }) => {
        const row = encodeTrace(summary);
        return {
          runId: row.run_id,
          traceId: row.trace_id,
          startedAtMs: row.started_at_ms,
          values: TRACE_COLUMNS.map((column) => row[column]),
          marks: marksOf(summary).join(" "),
          words: tokenizable(words),
          lastPart: lastPart ?? null,
        };
      });
      await link.call("saveTraces", traces);
    },
  };
}
