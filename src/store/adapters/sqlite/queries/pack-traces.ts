import type { DatabaseSync } from "node:sqlite";
import { zstdCompressSync } from "node:zlib";
import { SpanTexts } from "../../../span-texts.ts";
import type { Handlers } from "../protocol.ts";
import { textOf } from "./span-parts.ts";

/** Of one question: others wait so long. The one that goes beyond it is the last. */
const CHARACTERS_MAX = 2 * 1024 * 1024;

/** Of one trace: a longer one stays as it is, for it would hold up others for a second. */
const BYTES_MAX = 16 * 1024 * 1024;

/**
 * All parts of a trace as one, compressed: what its spans repeat of each other is kept once. Not done while spans come in,
 * since it takes as long as everything else that is done to keep them. Index: observed_unpacked.
 */
export function preparePacking(db: DatabaseSync): Handlers<"packTraces"> {
  const list = db.prepare(
    "SELECT position, settled_part, last_part FROM observed_trace WHERE settled_part > packed_part ORDER BY position LIMIT ?",
  );
  const size = db.prepare("SELECT sum(octet_length(spans)) AS bytes FROM span_part WHERE trace_position = ?");
  const read = db.prepare("SELECT spans FROM span_part WHERE trace_position = ? ORDER BY number");
  const remove = db.prepare("DELETE FROM span_part WHERE trace_position = ?");
  const insert = db.prepare("INSERT INTO span_part (trace_position, number, spans) VALUES (?, ?, ?)");
  const note = db.prepare("UPDATE observed_trace SET packed_part = ? WHERE position = ?");
  return {
    packTraces(limit) {
      let [count, characters] = [0, 0];
      for (const row of list.all(limit)) {
        const [position, lastPart] = [Number(row["position"]), Number(row["last_part"])];
        const isLong = Number(size.get(position)?.["bytes"]) > BYTES_MAX;
        const whole = isLong ? undefined : wholeText(read.all(position).map((part) => textOf(part["spans"])));
        if (whole !== undefined) {
          remove.run(position);
          insert.run(position, lastPart, zstdCompressSync(whole));
          characters += whole.length;
        }
        // What came since is packed with the rest once it is settled.
        note.run(Number(row["settled_part"]), position);
        count += 1;
        if (characters > CHARACTERS_MAX) break;
      }
      return count;
    },
  };
}

/** Undefined where they cannot be read: they are left as they are. */
function wholeText(texts: readonly string[]): string | undefined {
  const reader = new SpanTexts();
  try {
    return JSON.stringify(texts.flatMap((text) => reader.read(text)));
  } catch {
    return undefined;
  }
}
