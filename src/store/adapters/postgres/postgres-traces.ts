import type { Id } from "../../../kernel/index.ts";
import type { EncodedPart, TraceWriter } from "../../span-parts.ts";
import type { Sql } from "../../sql.ts";
import { sql } from "../../statement.ts";
import { textOf } from "../../stored-row.ts";
import { columnText } from "../../trace-row.ts";
import { saveTraces } from "./save-traces.ts";

/**
 * One statement for all parts of a request. A trace's row is locked to the end of the transaction, so its parts are
 * numbered in the order in which they are committed. Indexes: observed_trace.trace_id, span_part's primary key.
 */
export function postgresTraces(db: Sql): TraceWriter {
  return {
    isInOrder: false,
    async addParts(parts, { atMs }) {
      const rows = await db.run(addParts({ parts, runIds: parts.map(({ runId }) => runId), atMs }));
      const runIds = new Map(rows.map((row) => [textOf(row, "trace_id"), textOf(row, "run_id") as Id<"run">]));
      return parts.map(({ traceId }) => runIds.get(traceId));
    },
    async readParts(traceId) {
      const rows = await db.run(
        sql`SELECT spans FROM span_part WHERE trace_position =
            (SELECT position FROM observed_trace WHERE trace_id = ${columnText(traceId)}) ORDER BY number`,
      );
      return rows.map((row) => textOf(row, "spans"));
    },
    // Postgres compresses long texts by itself.
    packTraces: async () => 0,
    saveTraces: (settled) => saveTraces(db, settled),
  };
}

interface NewParts {
  readonly parts: readonly EncodedPart[];
  /** For those of traces that are new. */
  readonly runIds: readonly string[];
  readonly atMs: number;
}

/** No JSON text holds it. */
const RECORD_SEPARATOR = 0x1e;

function addParts({ parts, runIds, atMs }: NewParts) {
  const traceIds = JSON.stringify(parts.map(({ traceId }) => traceId));
  const spans = parts.map(({ text }) => text).join(String.fromCharCode(RECORD_SEPARATOR));
  return sql`WITH given AS MATERIALIZED (
      SELECT * FROM ROWS FROM (
        json_array_elements_text(CAST(${traceIds} AS json)), json_array_elements_text(CAST(${JSON.stringify(runIds)} AS json)),
        unnest(string_to_array(${spans}, chr(${RECORD_SEPARATOR})))
      ) AS part (trace_id, run_id, spans)
    ), seen AS (
      INSERT INTO observed_trace (trace_id, run_id, last_part, last_part_at_ms, settled_part)
      SELECT trace_id, run_id, 1, CAST(${atMs} AS DOUBLE PRECISION), 0 FROM given ORDER BY trace_id COLLATE "C"
      ON CONFLICT (trace_id) DO UPDATE SET last_part = observed_trace.last_part + 1,
        last_part_at_ms = GREATEST(observed_trace.last_part_at_ms, excluded.last_part_at_ms)
      RETURNING position, trace_id, run_id, last_part
    ), kept AS (
      INSERT INTO span_part (trace_position, number, spans)
      SELECT seen.position, seen.last_part, given.spans FROM seen JOIN given ON given.trace_id = seen.trace_id
    )
    SELECT trace_id, run_id FROM seen`;
}
