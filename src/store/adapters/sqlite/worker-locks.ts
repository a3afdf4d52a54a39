import { createHash } from "node:crypto";
import { existsSync, mkdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { AegisError } from "../../../kernel/index.ts";
import type { WorkerLocks } from "../../sql-runtime-store.ts";
import { failureOf } from "./failure.ts";

type Sqlite = typeof import("node:sqlite");
type Release = () => Promise<void>;

/** How long to wait for another process that is opening or removing a lock file: a matter of microseconds. */
const GUARD_TIMEOUT_MS = 5_000;

/**
 * Locks of a store's workers: for each a small file beside the store, held with SQLite's exclusive lock, which the
 * operating system drops when the process ends, even by kill -9. A store in memory has the workers of its own process.
 */
export class SqliteWorkerLocks implements WorkerLocks, AsyncDisposable {
  readonly #folder: string | undefined;
  readonly #held = new Map<string, Release>();

  constructor(storePath: string) {
    this.#folder = storePath === ":memory:" ? undefined : `${storePath}.workers`;
  }

  async holdWorker(id: string): Promise<Release> {
    // Not needed by a process that only reads or evaluates, so not loaded with the store.
    const sqlite = await import("node:sqlite");
    if (this.#held.has(id)) throw heldAlready(id);
    const folder = this.#folder;
    const lock = folder === undefined ? undefined : named(folder, () => holdFile(sqlite, folder, id));
    if (lock === "held") throw heldAlready(id);
    const release = async () => {
      if (this.#held.get(id) !== release) return;
      this.#held.delete(id);
      if (lock !== undefined && folder !== undefined) named(folder, () => removeFile(sqlite, { folder, id, lock }));
    };
    this.#held.set(id, release);
    return release;
  }

  async isWorkerHeld(id: string): Promise<boolean> {
    const folder = this.#folder;
    if (this.#held.has(id)) return true;
    if (folder === undefined || !existsSync(pathOf(folder, id))) return false;
    const sqlite = await import("node:sqlite");
    return named(folder, () => isFileHeld(sqlite, folder, id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const release of this.#held.values()) await release();
  }
}

function holdFile(sqlite: Sqlite, folder: string, id: string): DatabaseSync | "held" {
  mkdirSync(folder, { recursive: true });
  return guarded(sqlite, folder, () => lockFile(sqlite, pathOf(folder, id), 0));
}

/** The file of a dead worker is of no more use. */
function isFileHeld(sqlite: Sqlite, folder: string, id: string): boolean {
  const path = pathOf(folder, id);
  return guarded(sqlite, folder, () => {
    if (!existsSync(path)) return false;
    const lock = lockFile(sqlite, path, 0);
    if (lock === "held") return true;
    unlinkSync(path);
    lock.close();
    return false;
  });
}

/** Whoever removed the whole folder has removed the file; the lock goes in any case. */
function removeFile(
  sqlite: Sqlite,
  { folder, id, lock }: { readonly folder: string; readonly id: string; readonly lock: DatabaseSync },
): void {
  try {
    if (existsSync(folder))
      guarded(sqlite, folder, () => existsSync(pathOf(folder, id)) && unlinkSync(pathOf(folder, id)));
  } finally {
    lock.close();
  }
}

/**
 * One process at a time opens or removes lock files. Else one could lock a file that another has just removed, and a
 * third a new file of the same name.
 */
function guarded<Result>(sqlite: Sqlite, folder: string, act: () => Result): Result {
  const guard = lockFile(sqlite, join(folder, "guard.db"), GUARD_TIMEOUT_MS);
  if (guard === "held") throw new AegisError("store.locked", `Another process holds ${folder} for long`);
  try {
    return act();
  } finally {
    guard.close();
  }
}

/** Exclusive until it is closed. */
function lockFile({ DatabaseSync }: Sqlite, path: string, timeoutMs: number): DatabaseSync | "held" {
  const db = new DatabaseSync(path, { timeout: timeoutMs });
  try {
    // Nothing is ever written, so there need be no journal, which a killed process would leave behind.
    db.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return db;
  } catch (error) {
    db.close();
    if (failureOf(error, path).code === "store.locked") return "held";
    throw error;
  }
}

/** Ids may hold what no file name can. */
function pathOf(folder: string, id: string): string {
  return join(folder, `${createHash("sha256").update(id).digest("hex")}.db`);
}

function heldAlready(id: string): AegisError {
  return new AegisError("store.locked", `A worker ${JSON.stringify(id)} is at work already`, {
    details: { id },
    fix: "Stop the process that has this worker's id, or give this one another.",
  });
}

/** What the file system or SQLite refuses comes out as a failure of the store. */
function named<Result>(folder: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof AegisError) throw cause;
    const { code, message } = failureOf(cause, folder);
    throw new AegisError(code, message, { cause });
  }
}
