import { randomBytes } from "node:crypto";
import { AegisError } from "../../../kernel/index.ts";
import { failureOf, isLost } from "./failure.ts";
import type { PostgresPool } from "./postgres-pool.ts";

export interface WriteMark {
  readonly slot: string;
  readonly value: number;
  /** Leaves the mark; part of the transaction it stands for. */
  readonly statement: string;
}

/** Rows that tell whether a transaction was committed whose connection was lost at that moment. One slot per transaction under way. */
export class WriteMarks {
  readonly #pool: PostgresPool;
  readonly #store = randomBytes(8).toString("hex");
  readonly #free: string[] = [];
  #slots = 0;
  #last = 0;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  take(): WriteMark {
    const slot = this.#free.pop() ?? `${this.#store}-${(this.#slots += 1)}`;
    const value = (this.#last += 1);
    const statement = `INSERT INTO write_mark (slot, mark) VALUES ('${slot}', ${value})
      ON CONFLICT (slot) DO UPDATE SET mark = excluded.mark, made_at = now()`;
    return { slot, value, statement };
  }

  give({ slot }: WriteMark): void {
    this.#free.push(slot);
  }

  /** Writes to the row itself: that waits for the lost connection's transaction, should it still be going on. */
  async isCommitted({ slot, value }: WriteMark, deadlineMs: number): Promise<boolean> {
    const text = `INSERT INTO write_mark (slot, mark) VALUES ($1, 0)
      ON CONFLICT (slot) DO UPDATE SET made_at = now() RETURNING mark`;
    for (;;) {
      try {
        const { rows } = await this.#pool.use(deadlineMs, (client) => client.query<{ mark: number }>(text, [slot]));
        return rows[0]?.mark === value;
      } catch (error) {
        if (isLost(error) && performance.now() < deadlineMs) continue;
        const { code, message } = failureOf(error, this.#pool.label);
        throw new AegisError(code, `${message}; whether the last write was kept is not known`, {
          cause: error,
          details: { store: this.#pool.label, isOutcomeKnown: false },
        });
      }
    }
  }

  /** Best effort: rows left behind are small, and swept when a store is opened. */
  async remove(): Promise<void> {
    if (this.#slots === 0) return;
    const text = "DELETE FROM write_mark WHERE slot LIKE $1";
    await this.#pool.use(performance.now(), (client) => client.query(text, [`${this.#store}-%`])).catch(() => {});
  }
}
