import { chmodSync, chownSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sweepWorkspaces, WORKSPACE_PREFIX } from "../sweep-workspaces.ts";
import { UNPRIVILEGED_ID } from "./qemu.ts";

/** A folder for the sockets over which machines are saved and restored, open to us and to QEMU's user only. */
export function openSocketFolder(): AsyncDisposable & { readonly path: string } {
  // Named like a workspace: what a killed process leaves is swept away by the next one.
  void sweepWorkspaces().catch(() => 0);
  const path = mkdtempSync(join(tmpdir(), `${WORKSPACE_PREFIX}${process.pid}-`));
  chmodSync(path, 0o700);
  if (process.geteuid?.() === 0) chownSync(path, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
