import type { DatabaseSync } from "node:sqlite";
import { Refusal } from "../failure.ts";
import { CELLS_PER_EVENT, type Handlers } from "../protocol.ts";

/** Index: the primary key (run_id, seq). */
export function prepareRunLog(db: DatabaseSync): Handlers<"append" | "readEvents"> {
  const insert = db.prepare("INSERT INTO run_log (run_id, seq, type, at_ms, witness, body) VALUES (?, ?, ?, ?, ?, ?)");
  const last = db.prepare("SELECT seq FROM run_log WHERE run_id = ? ORDER BY seq DESC LIMIT 1");
  const page = db.prepare(
    "SELECT seq, type, at_ms, witness, body FROM run_log WHERE run_id = ? AND seq >= ? ORDER BY seq LIMIT ?",
  );
  return {
    append({ runId, expectedSeq, cells }) {
      const row = last.get(runId);
      const nextSeq = row === undefined ? 0 : Number(row["seq"]) + 1;
      if (nextSeq !== expectedSeq) {
        throw new Refusal("log.conflict", `The log of run ${runId} goes on at ${nextSeq}, not at ${expectedSeq}`);
      }
      for (let at = 0, seq = nextSeq; at < cells.length; at += CELLS_PER_EVENT, seq += 1) {
        insert.run(runId, seq, cells[at] ?? "", cells[at + 1] ?? 0, cells[at + 2] ?? "", cells[at + 3] ?? "");
      }
      return null;
    },
    readEvents: ({ runId, fromSeq, limit }) => page.all(runId, fromSeq, limit),
  };
}
