import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeTree } from "./remove-tree.ts";

/** Names of workspaces hold the process that made them. */
export const WORKSPACE_PREFIX = "aegis-trial-";

/** Removes workspaces whose runner was killed before it could. Whatever cannot be removed is left for the next time. */
export async function sweepWorkspaces(folder = tmpdir()): Promise<number> {
  const left = readdirSync(folder).filter((name) => {
    const [, pid] = /^aegis-trial-(\d+)-/.exec(name) ?? [];
    return pid !== undefined && !isAlive(Number(pid));
  });
  await Promise.all(left.map((name) => removeTree(join(folder, name)).catch(() => undefined)));
  return left.length;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
