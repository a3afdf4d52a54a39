import type { DatabaseSync } from "node:sqlite";
import { zstdCompressSync } from "node:zlib";
import type { Handlers } from "../protocol.ts";
import { textOf } from "./span-parts.ts";

/** Of one question: others wait so long. The one that goes beyond it is the last. */
const CHARACTERS_MAX = 2 * 1024 * 1024;

/**
 * All parts of a trace as one, compressed: what its spans repeat of each other is kept once. Not done while spans come in,
 * since it takes as long as everything else that is done to keep them. Index: observed_unpacked.
 */
export function preparePacking(db: DatabaseSync): Handlers<"packTraces"> {
  const list = db.prepare(
    "SELECT position, settled_part FROM observed_trace WHERE settled_part > packed_part ORDER BY position LIMIT ?",
  );
  const read = db.prepare(
    "SELECT number, spans FROM span_part WHERE trace_position = ? AND number <= ? ORDER BY number",
  );
  const remove = db.prepare("DELETE FROM span_part WHERE trace_position = ? AND number <= ?");
  const insert = db.prepare("INSERT INTO span_part (trace_position, number, spans) VALUES (?, ?, ?)");
  const note = db.prepare("UPDATE observed_trace SET packed_part = ? WHERE position = ?");
  return {
    packTraces(limit) {
      let [count, characters] = [0, 0];
      for (const row of list.all(limit)) {
        const [position, settledPart] = [Number(row["position"]), Number(row["settled_part"])];
        const texts = read.all(position, settledPart).map((part) => textOf(part["spans"]));
        const whole = `[${texts.map((text) => text.slice(1, -1)).join()}]`;
        remove.run(position, settledPart);
        insert.run(position, settledPart, zstdCompressSync(whole));
        note.run(settledPart, position);
        count += 1;
        characters += whole.length;
        if (characters > CHARACTERS_MAX) break;
      }
      return count;
    },
  };
}
