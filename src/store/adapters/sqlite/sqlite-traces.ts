import type { Id } from "../../../kernel/index.ts";
import { tokenizable } from "../../search-text.ts";
import { decodeParts, encodeParts, type TraceWriter } from "../../span-parts.ts";
import { marksOf } from "../../trace-marks.ts";
import { columnText, encodeTrace } from "../../trace-row.ts";
import type { WorkerLink } from "./worker-link.ts";

export function sqliteTraces(link: WorkerLink): TraceWriter {
  return {
    async addSpans(parts, { atMs, makeId }) {
      const encoded = encodeParts(parts);
      if (encoded.length === 0) return new Map();
      const cells = encoded.flatMap(({ traceId, spans }) => [traceId, makeId(), spans]);
      const runIds = await link.call("addSpans", { atMs, cells });
      return new Map(encoded.map(({ traceId }, index) => [traceId, runIds[index] as Id<"run">]));
    },
    async readSpans(traceId) {
      return decodeParts(await link.call("readSpans", columnText(traceId)));
    },
    async saveTraces(settled) {
      if (settled.length === 0) return;
      const traces = settled.map(({ summary, words, lastPart }) => ({
        row: encodeTrace(summary),
        marks: marksOf(summary),
        words: tokenizable(words),
        lastPart: lastPart ?? null,
      }));
      await link.call("saveTraces", traces);
    },
  };
}
