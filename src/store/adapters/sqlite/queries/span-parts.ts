import type { DatabaseSync } from "node:sqlite";
import { zstdDecompressSync } from "node:zlib";
import { CELLS_PER_PART, type Handlers } from "../protocol.ts";

/** Indexes: observed_trace's unique trace_id, span_part's primary key (trace_position, number). */
export function prepareSpanParts(db: DatabaseSync): Handlers<"addSpans" | "readSpans"> {
  const seeAgain = db.prepare(
    `UPDATE observed_trace SET last_part = last_part + 1, last_part_at_ms = max(last_part_at_ms, ?), link = ?
     WHERE trace_id = ? RETURNING position, run_id, last_part`,
  );
  // A part that came from elsewhere has another link.
  const goOn = db.prepare(
    `UPDATE observed_trace SET last_part = last_part + 1, last_part_at_ms = max(last_part_at_ms, ?), link = link + 1
     WHERE trace_id = ? AND link = ? RETURNING position, run_id, last_part`,
  );
  const see = db.prepare(
    `INSERT INTO observed_trace (trace_id, run_id, last_part, last_part_at_ms, settled_part, link)
     VALUES (?, ?, 1, ?, 0, ?)
     RETURNING position, run_id, last_part`,
  );
  const insert = db.prepare("INSERT INTO span_part (trace_position, number, spans) VALUES (?, ?, ?)");
  const read = db.prepare(
    `SELECT spans FROM span_part WHERE trace_position = (SELECT position FROM observed_trace WHERE trace_id = ?)
     ORDER BY number`,
  );
  return {
    addSpans({ atMs, cells }) {
      const runIds: string[] = [];
      for (let at = 0; at < cells.length; at += CELLS_PER_PART) {
        const [traceId = "", runId = "", spans = "", link = 0, follows = 0] = cells.slice(at, at + CELLS_PER_PART);
        const row =
          follows === 0
            ? (seeAgain.get(atMs, link, traceId) ?? see.get(traceId, runId, atMs, link))
            : goOn.get(atMs, traceId, Number(link) - 1);
        if (row !== undefined) insert.run(Number(row["position"]), Number(row["last_part"]), spans);
        runIds.push(String(row?.["run_id"] ?? ""));
      }
      return runIds;
    },
    readSpans: (traceId) => read.all(traceId).map((row) => textOf(row["spans"])),
  };
}

/** What is written as it came, or packed: see pack-traces.ts. */
export function textOf(spans: unknown): string {
  return spans instanceof Uint8Array ? zstdDecompressSync(spans).toString() : String(spans);
}
