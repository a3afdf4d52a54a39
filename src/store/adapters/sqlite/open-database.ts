import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { failureOf, Refusal } from "./failure.ts";
import { MIGRATIONS } from "./migrations.ts";
import type { WorkerSettings } from "./protocol.ts";

/**
 * Every run at work has a page of its own at its log's end, and each of its appends changes that page: thousands of such
 * pages have to stay in memory, and they are carried over from the write-ahead log once for many appends.
 */
const CACHE_KIB = 16_384;
/** `Checkpoints` comes first, unless its thread is held up. */
const CHECKPOINT_PAGES = 40_000;

/** Opens the file, makes it and its folder where missing, and brings its tables to this version. */
export function openDatabase(settings: WorkerSettings): DatabaseSync {
  const { path, isReadOnly, busyTimeoutMs } = settings;
  if (path !== ":memory:" && !isReadOnly) makeFolder(dirname(path));
  const db = new DatabaseSync(path, { readOnly: isReadOnly, timeout: busyTimeoutMs });
  try {
    const version = versionOf(db, path);
    if (isReadOnly) assertCurrent(version, path);
    else prepareForWriting(db, version, settings);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Node's own recursive way never returns where a file system answers "no such file" to every folder made in it (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}

function prepareForWriting(db: DatabaseSync, version: number, settings: WorkerSettings): void {
  becomeWal(db, settings);
  db.exec(`PRAGMA synchronous = ${settings.synchronous}; PRAGMA foreign_keys = ON`);
  db.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  if (version < MIGRATIONS.length) migrate(db, settings.path);
}

/**
 * WAL lets readers go on while one process writes. The switch needs the file for itself for a moment and does not wait
 * by itself when another process is opening the same new file.
 */
function becomeWal(db: DatabaseSync, { path, busyTimeoutMs }: WorkerSettings): void {
  const deadlineMs = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      db.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      const isBusy = failureOf(error, path).code === "store.locked";
      if (!isBusy || performance.now() > deadlineMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** All missing steps in one transaction; another process may have taken them meanwhile. */
function migrate(db: DatabaseSync, path: string): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    const version = versionOf(db, path);
    if (version === 0)
      db.exec("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, migrated_at_ms REAL NOT NULL) STRICT");
    const insert = db.prepare("INSERT INTO schema_version (version, migrated_at_ms) VALUES (?, ?)");
    for (let step = version; step < MIGRATIONS.length; step += 1) {
      db.exec(MIGRATIONS[step] ?? "");
      insert.run(step + 1, Date.now());
    }
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** 0 for a new file. */
function versionOf(db: DatabaseSync, path: string): number {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  if (tables.length === 0) return 0;
  if (!tables.some((table) => table["name"] === "schema_version")) {
    throw new Refusal("store.corrupt", `${path} is the database of another program`);
  }
  const version = Number(db.prepare("SELECT max(version) AS version FROM schema_version").get()?.["version"]);
  if (version > MIGRATIONS.length) {
    throw new Refusal(
      "store.newer",
      `${path} has version ${version}; this Aegis knows versions up to ${MIGRATIONS.length}`,
    );
  }
  return version;
}

function assertCurrent(version: number, path: string): void {
  if (version === MIGRATIONS.length) return;
  throw new Refusal("store.unavailable", `${path} has version ${version} and must be opened for writing once first`);
}
