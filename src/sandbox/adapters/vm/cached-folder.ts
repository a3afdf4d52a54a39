import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { markUsed, pruneCache } from "./prune-cache.ts";

/**
 * A folder that is there whole or not at all: made beside its place and moved. Two makers at once both succeed. What lies
 * beside it and was not used for long makes room.
 */
export async function cached(folder: string, make: (made: string) => Promise<void>): Promise<string> {
  if (!existsSync(folder)) await makeWhole(folder, make);
  try {
    markUsed(folder);
    pruneCache(dirname(folder));
  } catch {
    // A cache that may only be read is tidied by whoever owns it.
  }
  return folder;
}

async function makeWhole(folder: string, make: (made: string) => Promise<void>): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  const made = mkdtempSync(`${folder}.making-`);
  try {
    await make(made);
    if (!existsSync(folder)) {
      try {
        renameSync(made, folder);
      } catch (error) {
        if (!existsSync(folder)) throw error;
      }
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
