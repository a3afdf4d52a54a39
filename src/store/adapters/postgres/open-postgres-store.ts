import type { Store } from "../../store.ts";
import { AppendLanes } from "./append-lanes.ts";
import { loadDriver } from "./load-driver.ts";
import { placeOf, type PostgresPlace } from "./place.ts";
import { PostgresLog } from "./postgres-log.ts";
import { PostgresPool } from "./postgres-pool.ts";
import { postgresQuestions } from "./postgres-questions.ts";
import { PostgresSql } from "./postgres-sql.ts";
import { prepareSchema } from "./prepare-schema.ts";
import { SessionLink } from "./session-link.ts";
import { workerLocks } from "./worker-locks.ts";

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database`, to Postgres itself: locks and announcements need lasting sessions. */
  readonly url: string;
  /** Holds the tables, and is made where missing: letters, digits, `_` and `-`. */
  readonly schema?: string;
  /** Connections for questions, beside one that listens and those for appends. */
  readonly connectionsMax?: number;
  /** How long questions and writes wait for a Postgres that is away, e.g. restarting, or for others' locks. */
  readonly patienceMs?: number;
}

const APPEND_LANES = 2;

/**
 * A store in one schema of a Postgres database, shared by any number of processes.
 * @throws {AegisError} "store.unavailable" when Postgres cannot be reached, refuses the user, or `pg` is not installed;
 * "store.corrupt" when the schema holds other tables, "store.newer", "store.locked", "store.bad_text" for the schema's name
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, schema = "aegis", connectionsMax = 8, patienceMs = 10_000 } = options;
  const place = placeOf({ url, schema, patienceMs });
  const driver = await loadDriver();
  const pool = new PostgresPool({ driver, place, connectionsMax, patienceMs });
  const appendPool = new PostgresPool({ driver, place, connectionsMax: APPEND_LANES, patienceMs });
  const db = new PostgresSql(pool);
  const lanes = new AppendLanes({ pool: appendPool, lanes: APPEND_LANES, channel: place.channel });
  const log = new PostgresLog({ db, lanes, label: place.label });
  const link = new SessionLink({
    driver,
    place,
    onAnnouncement: (text) => log.hear(text),
    // Whoever listens looks by themselves, too, should this fail.
    onReturn: () => void log.lookAgain().catch(() => {}),
  });
  try {
    // A wrong address is said at once: the patience is for those that once answered.
    await pool.use(performance.now(), (client) => prepareSchema(client, place));
    await link.open();
  } catch (error) {
    await link.close();
    await Promise.all([pool.end(), appendPool.end()]);
    throw error;
  }
  return storeOf({ place, pool, appendPool, db, lanes, log, link });
}

interface Parts {
  readonly place: PostgresPlace;
  readonly pool: PostgresPool;
  readonly appendPool: PostgresPool;
  readonly db: PostgresSql;
  readonly lanes: AppendLanes;
  readonly log: PostgresLog;
  readonly link: SessionLink;
}

function storeOf(parts: Parts): Store {
  const { place, db, lanes, log } = parts;
  let closed: Promise<void> | undefined;
  return {
    ...postgresQuestions(db, { locks: workerLocks(parts), label: place.label }),
    append: (runId, events, expectedSeq) => log.append(runId, events, expectedSeq),
    read: (runId, page) => log.read(runId, page),
    onAppend: (runId, listener) => log.onAppend(runId, listener),
    async flush() {
      await Promise.all([lanes.settled(), db.settled()]);
    },
    [Symbol.asyncDispose]: () => (closed ??= close(parts)),
  };
}

async function close({ pool, appendPool, db, lanes, link }: Parts): Promise<void> {
  await lanes.close();
  await db.close();
  await link.close();
  await Promise.all([pool.end(), appendPool.end()]);
}
