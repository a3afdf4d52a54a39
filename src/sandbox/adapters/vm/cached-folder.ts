import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/** A folder that is there whole or not at all: made beside its place and moved. Two makers at once both succeed. */
export async function cached(folder: string, make: (made: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder;
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
    return folder;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
