import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { JsonObject } from "../kernel/index.ts";

const run = promisify(execFile);

/** Commit, branch and whether the tree has changes; empty outside a repository. */
export async function gitAttributes(folder: string): Promise<JsonObject> {
  try {
    const options = { cwd: folder, timeout: 5_000 };
    const { stdout } = await run("git", ["status", "--porcelain=v2", "--branch", "--untracked-files=no"], options);
    const value = (name: string) => new RegExp(`^# branch\\.${name} (.+)$`, "m").exec(stdout)?.[1];
    const commit = value("oid");
    const branch = value("head");
    // A repository without a commit calls it "(initial)".
    if (!commit || !/^[0-9a-f]+$/.test(commit)) return {};
    return { commit, isDirty: /^[12u] /m.test(stdout), ...(branch !== undefined && { branch }) };
  } catch {
    return {};
  }
}
