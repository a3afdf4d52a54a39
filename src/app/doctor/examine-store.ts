import { existsSync, statSync, writeFileSync, rmSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AegisError } from "../../kernel/index.ts";
import { openSqliteStore } from "../../store/adapters/sqlite/open-sqlite-store.ts";
import type { Examined } from "./examined.ts";

const MEBIBYTE = 1024 * 1024;
const FREE_BYTES_NEEDED = 100 * MEBIBYTE;
const FREE_BYTES_WANTED = 1024 * MEBIBYTE;

/** Can the store be written, is there space, and can what is in it be read? Leaves nothing behind. */
export async function examineStore(path: string): Promise<Examined[]> {
  const folder = nearestFolder(dirname(path));
  return [examineFolder(folder), await examineSpace(folder), ...(existsSync(path) ? [await examineFile(path)] : [])];
}

function examineFolder(folder: string): Examined {
  const name = "store folder";
  const probe = join(folder, `.aegis-doctor-${process.pid}`);
  try {
    writeFileSync(probe, "", { flag: "wx" });
    return { name, status: "ok", found: `${folder} can be written` };
  } catch (error) {
    return {
      name,
      status: "fail",
      found: `${folder} cannot be written: ${(error as Error).message}`,
      fix: `chmod u+rwx ${quote(folder)}`,
    };
  } finally {
    rmSync(probe, { force: true });
  }
}

async function examineSpace(folder: string): Promise<Examined> {
  const { bavail, bsize } = await statfs(folder);
  const bytes = bavail * bsize;
  const found = `${(bytes / (1024 * MEBIBYTE)).toFixed(1)} GiB free`;
  if (bytes >= FREE_BYTES_WANTED) return { name: "free space", status: "ok", found };
  const status = bytes < FREE_BYTES_NEEDED ? "fail" : "warn";
  return {
    name: "free space",
    status,
    found,
    fix: `du -sh ${quote(folder)}/* | sort -h, and remove what is not needed`,
  };
}

async function examineFile(path: string): Promise<Examined> {
  const name = "store";
  try {
    const newest = await newestRunName(path);
    return { name, status: "ok", found: newest === undefined ? "no eval runs yet" : `newest eval run: ${newest}` };
  } catch (error) {
    if (!(error instanceof AegisError)) throw error;
    return {
      name,
      status: error.code === "store.locked" ? "warn" : "fail",
      found: `${path}: ${error.message}`,
      fix: error.fix,
    };
  }
}

async function newestRunName(path: string): Promise<string | undefined> {
  const store = await openSqliteStore({ path, readOnly: true });
  try {
    return (await store.listEvalRuns({ limit: 1 }))[0]?.name;
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

function nearestFolder(folder: string): string {
  const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isThere || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
