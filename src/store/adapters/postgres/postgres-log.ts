import type { NewEvent, RunEvent } from "../../../domain/index.ts";
import { type Id, LIMITS } from "../../../kernel/index.ts";
import { AppendListeners } from "../../append-listeners.ts";
import { decodeEvent } from "../../decode-event.ts";
import { type EncodedEvent, encodeEvent } from "../../encode-event.ts";
import type { Sql } from "../../sql.ts";
import { sql } from "../../statement.ts";
import { assertKey, numberOf } from "../../stored-row.ts";
import type { LogStore } from "../../store.ts";
import type { AppendLanes } from "./append-lanes.ts";
import { decodeRows } from "./decode-rows.ts";

export interface PostgresLogOptions {
  readonly db: Sql;
  readonly lanes: AppendLanes;
  readonly label: string;
}

/** The logs of runs: appends share statements, reads follow the appends handed over before them. */
export class PostgresLog implements LogStore {
  readonly #options: PostgresLogOptions;
  readonly #listeners = new AppendListeners();
  readonly #listened = new Map<Id<"run">, number>();

  constructor(options: PostgresLogOptions) {
    this.#options = options;
  }

  async append(runId: Id<"run">, events: readonly NewEvent[], expectedSeq: number): Promise<number> {
    assertKey(runId, "The run's id");
    const encoded = events.map(encodeEvent);
    await this.#options.lanes.append(runId, encoded, expectedSeq);
    const nextSeq = expectedSeq + events.length;
    this.#listeners.tell(runId, nextSeq, () => encoded.map((event, index) => asRead(event, expectedSeq + index)));
    return nextSeq;
  }

  async read(runId: Id<"run">, page: { readonly fromSeq?: number; readonly limit?: number } = {}): Promise<RunEvent[]> {
    const { fromSeq = 0, limit = LIMITS.trialEventsMax } = page;
    const { db, lanes, label } = this.#options;
    await lanes.settled(runId);
    const rows = await db.run(
      sql`SELECT seq, type, at_ms, witness, body FROM run_log WHERE run_id = ${runId} AND seq >= ${fromSeq}
        ORDER BY seq LIMIT ${limit}`,
    );
    return decodeRows(rows, decodeEvent, label);
  }

  onAppend(runId: Id<"run">, listener: (nextSeq: number, events?: readonly RunEvent[]) => void): () => void {
    const stop = this.#listeners.add(runId, listener);
    this.#listened.set(runId, (this.#listened.get(runId) ?? 0) + 1);
    let isListening = true;
    return () => {
      stop();
      if (!isListening) return;
      isListening = false;
      const left = (this.#listened.get(runId) ?? 1) - 1;
      if (left > 0) this.#listened.set(runId, left);
      else this.#listened.delete(runId);
    };
  }

  /** Another process appended. What this one appends it tells itself, and with the events. */
  hear(text: string): void {
    const heard = this.#options.lanes.heard(text);
    if (heard !== undefined) this.#listeners.tell(heard.runId, heard.nextSeq);
  }

  /** After announcements may have been missed: tells everybody who listens where their log ends now. */
  async lookAgain(): Promise<void> {
    const runIds = [...this.#listened.keys()];
    for (let at = 0; at < runIds.length; at += LIMITS.pageRowsMax) {
      const page = new Map(runIds.slice(at, at + LIMITS.pageRowsMax).map((runId) => [String(runId), runId]));
      const ends = await this.#options.db.run(
        sql`SELECT run_id, max(seq) + 1 AS next_seq FROM run_log
          WHERE run_id IN (SELECT json_array_elements_text(CAST(${JSON.stringify([...page.keys()])} AS json)))
          GROUP BY run_id`,
      );
      for (const end of ends) {
        const runId = page.get(String(end["run_id"]));
        if (runId !== undefined) this.#listeners.tell(runId, numberOf(end, "next_seq"));
      }
    }
  }
}

/** As it comes back from the store. */
function asRead({ type, atMs, witness, body }: EncodedEvent, seq: number): RunEvent {
  return decodeEvent({ seq, type, at_ms: atMs, witness, body });
}
