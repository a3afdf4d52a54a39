import type { Sql } from "../../sql.ts";
import type { WorkerLocks } from "../../sql-runtime-store.ts";
import { sql } from "../../statement.ts";
import { lockKeyOf, type PostgresPlace } from "./place.ts";
import type { SessionLink } from "./session-link.ts";

export interface WorkerLocksOptions {
  readonly db: Sql;
  readonly link: SessionLink;
  readonly place: PostgresPlace;
}

/** A worker is held while the connection lives that holds its lock. */
export function workerLocks({ db, link, place }: WorkerLocksOptions): WorkerLocks {
  return {
    holdWorker: (id) => link.hold(id),
    async isWorkerHeld(id) {
      // Postgres shows a lock of eight bytes as its halves.
      const key = BigInt.asUintN(64, BigInt(lockKeyOf(place, id)));
      const held = await db.run(
        sql`SELECT 1 AS held FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
          AND classid = CAST(${String(key >> 32n)} AS oid) AND objid = CAST(${String(key & 0xffffffffn)} AS oid)
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return held.length > 0 || link.isWithinGrace();
    },
  };
}
