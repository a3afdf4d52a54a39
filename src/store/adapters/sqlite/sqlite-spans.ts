import type { Id } from "../../../kernel/index.ts";
import { decodeParts, encodeParts, type SpanStore } from "../../span-parts.ts";
import { columnText } from "../../trace-row.ts";
import type { WorkerLink } from "./worker-link.ts";

export function sqliteSpans(link: WorkerLink): SpanStore {
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
  };
}
