import type { PoolClient } from "pg";
import type { Sql, Statement } from "../../sql.ts";
import type { StoredRow } from "../../stored-row.ts";
import { failureOf, isLost, isOutdated, lostRace } from "./failure.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import { WriteMarks } from "./write-marks.ts";

type Results = readonly (readonly StoredRow[])[];

const STATEMENTS_PREPARED_MAX = 1_000;
const RACES_MAX = 50;

/**
 * Questions and writes over a pool of connections. Reads are asked again when their connection is lost. A write is a
 * transaction with a mark: when its connection is lost, the mark tells whether it was committed, and if not, it is made
 * again. So the outcome of a write is unknown only where Postgres stays away for longer than the pool's patience.
 */
export class PostgresSql implements Sql {
  readonly dialect = "postgres";
  readonly #pool: PostgresPool;
  readonly #marks: WriteMarks;
  readonly #names = new Map<string, string>();
  readonly #atWork = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
    this.#marks = new WriteMarks(pool);
  }

  async run(statement: Statement): Promise<readonly StoredRow[]> {
    if (isReading(statement)) return this.#track(() => this.#read(statement));
    const [rows = []] = await this.runTogether([statement]);
    return rows;
  }

  runTogether(statements: readonly Statement[]): Promise<Results> {
    return this.#track(() => this.#write(statements));
  }

  /** Resolves when everything asked so far has its answer. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#atWork);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.settled();
    await this.#marks.remove();
  }

  async #read(statement: Statement): Promise<readonly StoredRow[]> {
    const deadlineMs = this.#deadlineMs();
    for (;;) {
      try {
        return await this.#pool.use(deadlineMs, (client) => this.#ask(client, statement));
      } catch (error) {
        if (!isRepeatable(error) || performance.now() > deadlineMs) throw failureOf(error, this.#pool.label);
      }
    }
  }

  async #write(statements: readonly Statement[]): Promise<Results> {
    const deadlineMs = this.#deadlineMs();
    for (let races = 0; ;) {
      try {
        return await this.#transact(statements, deadlineMs);
      } catch (error) {
        if (lostRace(error)) races += 1;
        const mayTryAgain = isRepeatable(error) || (lostRace(error) && races < RACES_MAX);
        if (!mayTryAgain || performance.now() > deadlineMs) throw failureOf(error, this.#pool.label);
      }
    }
  }

  /** @throws an error that says the connection was lost only when nothing was committed */
  async #transact(statements: readonly Statement[], deadlineMs: number): Promise<Results> {
    const mark = this.#marks.take();
    const results: (readonly StoredRow[])[] = [];
    let isCommitSent = false;
    try {
      await this.#pool.use(deadlineMs, async (client) => {
        await client.query(`BEGIN; ${mark.statement}`);
        for (const statement of statements) results.push(await this.#ask(client, statement));
        isCommitSent = true;
        await client.query("COMMIT");
      });
    } catch (error) {
      if (!isCommitSent || !isLost(error)) throw error;
      if (!(await this.#marks.isCommitted(mark, deadlineMs))) throw error;
    } finally {
      this.#marks.give(mark);
    }
    return results;
  }

  async #ask(client: PoolClient, { text, cells }: Statement): Promise<readonly StoredRow[]> {
    const name = this.#nameOf(text);
    const { rows } = await client.query<Record<string, unknown>>({
      ...(name !== undefined && { name }),
      text,
      values: [...cells],
    });
    return rows;
  }

  /** Under a name a connection parses and plans a statement once. */
  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= STATEMENTS_PREPARED_MAX) return known;
    const name = `aegis_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  #deadlineMs(): number {
    return performance.now() + this.#pool.patienceMs;
  }

  #track<Value>(begin: () => Promise<Value>): Promise<Value> {
    if (this.#isClosed) return Promise.reject(this.#pool.closed());
    const work = begin();
    const done = () => this.#atWork.delete(work);
    this.#atWork.add(work);
    work.then(done, done);
    return work;
  }
}

function isReading({ text }: Statement): boolean {
  return /^\s*SELECT\b/i.test(text) && !/\bFOR\s+(UPDATE|SHARE)\b|\bpg_(advisory|notify)/i.test(text);
}

function isRepeatable(error: unknown): boolean {
  return isLost(error) || isOutdated(error);
}
