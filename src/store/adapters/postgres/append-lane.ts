import type { PoolClient } from "pg";
import { AegisError, type Id, LIMITS } from "../../../kernel/index.ts";
import type { EncodedEvent } from "../../encode-event.ts";
import { type AppendChain, cellsOf, chainOf, takeChains, type WaitingAppend } from "./append-chain.ts";
import { failureOf, isLost, lostRace, sqlState } from "./failure.ts";
import type { PostgresPool } from "./postgres-pool.ts";

const RACES_MAX = 50;
const UNIQUE_VIOLATION = "23505";

/**
 * One statement for all: it looks where each log ends, writes what belongs there, and tells the other processes. The
 * primary key refuses what another process wrote in the same moment. Index: run_log's primary key.
 */
const APPEND = `
  WITH chain AS MATERIALIZED (
    SELECT given.run_id, given.first_seq, given.announcement,
      COALESCE((SELECT max(run_log.seq) + 1 FROM run_log WHERE run_log.run_id = given.run_id), 0) AS next_seq
    FROM unnest($1::text[], $2::int8[], $3::text[]) AS given (run_id, first_seq, announcement)
  ), written AS (
    INSERT INTO run_log (run_id, seq, type, at_ms, witness, body)
    SELECT event.* FROM unnest($4::text[], $5::int8[], $6::text[], $7::float8[], $8::text[], $9::text[])
      AS event (run_id, seq, type, at_ms, witness, body)
    WHERE event.run_id IN (SELECT chain.run_id FROM chain WHERE chain.next_seq = chain.first_seq)
    ORDER BY event.run_id COLLATE "C", event.seq
  )
  SELECT run_id, next_seq,
    CASE WHEN next_seq = first_seq AND announcement IS NOT NULL THEN pg_notify($10, announcement) END AS told
  FROM chain`;

const LOOK = "SELECT type, at_ms, witness, body FROM run_log WHERE run_id = $1 AND seq >= $2 ORDER BY seq LIMIT $3";

/** Open after a connection was lost: what was sent may have been written. */
interface Doubt {
  isOpen: boolean;
}

/** Where the logs end that did not take their chain. */
type Refusals = ReadonlyMap<AppendChain, number>;

export interface LaneOptions {
  readonly pool: PostgresPool;
  readonly channel: string;
  /** What announcements begin with, so that a store knows its own. */
  readonly origin: string;
}

/**
 * Group commit: whatever is handed over while one batch is on its way goes together in the next. All appends to a log
 * go through the same lane, so that two batches under way never touch the same log.
 */
export class AppendLane {
  readonly #options: LaneOptions;
  #queue: WaitingAppend[] = [];
  #isAtWork = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Resolves once the events are durable. */
  append(runId: Id<"run">, events: readonly EncodedEvent[], expectedSeq: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ runId, events, expectedSeq, resolve, reject });
      if (this.#isAtWork) return;
      this.#isAtWork = true;
      // What is handed over in the same turn of the event loop comes along.
      setImmediate(() => void this.#work());
    });
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      const { chains, rest } = takeChains(this.#queue, LIMITS.groupCommitEventsMax);
      this.#queue = rest;
      await this.#commit(chains, { isOpen: false });
      // Writers that were answered hand over their next appends before the next batch is made up.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#isAtWork = false;
  }

  /** A batch that cannot be written is taken apart, so that an append that cannot succeed never fails its neighbours. */
  async #commit(chains: readonly AppendChain[], doubt: Doubt): Promise<void> {
    try {
      this.#settle(chains, await this.#send(chains, doubt));
    } catch (error) {
      const appends = chains.flatMap((chain) => chain.appends);
      const failure = this.#failureOf(error, doubt);
      // Each waiting on its own for what is not there would take the wait times their number.
      const isWaste = isLost(error) || error instanceof AegisError || failure.code === "store.locked";
      if (appends.length === 1 || isWaste) for (const { reject } of appends) reject(failure);
      else for (const append of appends) await this.#commit([chainOf(append)], { ...doubt });
    }
  }

  /** @throws when Postgres refuses the batch, or is away for too long */
  async #send(chains: readonly AppendChain[], doubt: Doubt): Promise<Refusals> {
    const { pool } = this.#options;
    const deadlineMs = performance.now() + pool.patienceMs;
    for (let races = 0; ;) {
      try {
        return await pool.use(deadlineMs, async (client) => {
          const refusals = await this.#write(client, chains);
          return doubt.isOpen ? await withoutOwn(client, refusals) : refusals;
        });
      } catch (error) {
        // The next attempt is refused if this one was written after all: the log has moved on, and holds what we sent.
        if (isLost(error)) doubt.isOpen = true;
        else if (isRace(error) && races < RACES_MAX) races += 1;
        else throw error;
        if (performance.now() > deadlineMs) throw error;
      }
    }
  }

  async #write(client: PoolClient, chains: readonly AppendChain[]): Promise<Refusals> {
    const { origin, channel } = this.#options;
    const { rows } = await client.query<{ run_id: string; next_seq: number }>({
      name: "aegis_append",
      text: APPEND,
      values: [...cellsOf(chains, origin), channel],
    });
    const ends = new Map(rows.map((row) => [row.run_id, row.next_seq]));
    const refusals = new Map<AppendChain, number>();
    for (const chain of chains) {
      const end = ends.get(chain.runId) ?? 0;
      if (end !== chain.firstSeq) refusals.set(chain, end);
    }
    return refusals;
  }

  /** Of a chain that was refused, the first append is; the others may fit where the log ends now. */
  #settle(chains: readonly AppendChain[], refusals: Refusals): void {
    const again: WaitingAppend[] = [];
    for (const chain of chains) {
      const end = refusals.get(chain);
      const [first, ...others] = chain.appends;
      if (end === undefined) for (const { resolve } of chain.appends) resolve();
      else {
        first?.reject(conflictOf(first, end));
        again.push(...others);
      }
    }
    this.#queue.unshift(...again);
  }

  #failureOf(error: unknown, doubt: Doubt): AegisError {
    const { label } = this.#options.pool;
    const failure = failureOf(error, label);
    if (!doubt.isOpen) return failure;
    return new AegisError(failure.code, `${failure.message}; whether the append was kept is not known`, {
      cause: error,
      details: { store: label, isOutcomeKnown: false },
    });
  }
}

/** After a lost connection: a log that holds exactly what was sent has taken it. */
async function withoutOwn(client: PoolClient, refusals: Refusals): Promise<Refusals> {
  const left = new Map<AppendChain, number>();
  for (const [chain, end] of refusals) if (!(await holdsOwn(client, chain))) left.set(chain, end);
  return left;
}

async function holdsOwn(client: PoolClient, { runId, firstSeq, appends }: AppendChain): Promise<boolean> {
  const sent = appends.flatMap(({ events }) => events);
  const { rows } = await client.query<Record<string, unknown>>(LOOK, [runId, firstSeq, sent.length]);
  const isSame = (row: Record<string, unknown> | undefined, { type, atMs, witness, body }: EncodedEvent) =>
    row?.["type"] === type && row["at_ms"] === atMs && row["witness"] === witness && row["body"] === body;
  return sent.length > 0 && sent.every((event, index) => isSame(rows[index], event));
}

/** Another process was faster: on the next attempt it is seen where its append left the log. */
function isRace(error: unknown): boolean {
  return lostRace(error) || sqlState(error) === UNIQUE_VIOLATION;
}

function conflictOf({ runId, expectedSeq }: WaitingAppend, end: number): AegisError {
  return new AegisError("log.conflict", `The log of run ${runId} goes on at ${end}, not at ${expectedSeq}`);
}
