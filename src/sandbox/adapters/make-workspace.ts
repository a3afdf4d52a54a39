import { mkdir, mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AegisError } from "../../kernel/index.ts";
import { sweepWorkspaces, WORKSPACE_PREFIX } from "./sweep-workspaces.ts";

/** Once per process: what earlier runners left when they were killed. */
let sweeping: Promise<number> | undefined;

/** A fresh folder with an empty `work` and `tmp` in it. */
export async function makeWorkspace(): Promise<string> {
  try {
    sweeping ??= sweepWorkspaces().catch(() => 0);
    const root = await realpath(await mkdtemp(join(tmpdir(), `${WORKSPACE_PREFIX}${process.pid}-`)));
    await Promise.all([mkdir(join(root, "work")), mkdir(join(root, "tmp"))]);
    return root;
  } catch (cause) {
    throw new AegisError("sandbox.spawn_failed", `no temporary workspace: ${(cause as Error).message}`, { cause });
  }
}
