import { LIMITS } from "../../../kernel/index.ts";
import type { Store } from "../../store.ts";
import { lazyTraceStore } from "../../lazy-trace-store.ts";
import { sqlRuntimeStore } from "../../sql-runtime-store.ts";
import type { WorkerSettings } from "./protocol.ts";
import type { ReaderLink as Reader } from "./reader-link.ts";
import { sqliteSql } from "./sqlite-sql.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { WorkerLink } from "./worker-link.ts";
import { SqliteWorkerLocks } from "./worker-locks.ts";

export interface SqliteStoreOptions {
  /** The file, made with its folder where missing; `:memory:` for a store that is gone when it is closed. */
  readonly path: string;
  readonly readOnly?: boolean;
  /** `full` (the default) survives a power cut; `normal` a crash of the process only, and is faster on slow disks. */
  readonly synchronous?: "full" | "normal";
  /** How long to wait for another process that is writing. */
  readonly busyTimeoutMs?: number;
}

/**
 * A store in one SQLite file, written by a worker thread. Several processes may open it; one writes at a time.
 * @throws {AegisError} "store.corrupt" when the file is no store, "store.newer", "store.locked", "store.unavailable"
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, readOnly = false, synchronous = "full", busyTimeoutMs = 5_000 } = options;
  const settings: WorkerSettings = {
    path,
    isReadOnly: readOnly,
    synchronous,
    busyTimeoutMs,
    eventsPerCommitMax: LIMITS.groupCommitEventsMax,
  };
  const link = new WorkerLink(settings);
  await link.opened();
  const locks = new SqliteWorkerLocks(path);
  const db = sqliteSql(link);
  let reader: Reader | undefined;
  const traces = lazyTraceStore(async () => {
    const [{ sqlTraceStore }, { sqliteTraces }, { ReaderLink, readingApart }] = await Promise.all([
      import("../../sql-trace-store.ts"),
      import("./sqlite-traces.ts"),
      import("./reader-link.ts"),
    ]);
    reader = new ReaderLink(settings, link);
    return sqlTraceStore(readingApart(link, reader), sqliteTraces(link));
  });
  const closeReader = async () => reader?.close();
  return Object.assign(new SqliteStore({ link, closeReader, path, locks }), sqlRuntimeStore(db, locks), traces);
}
