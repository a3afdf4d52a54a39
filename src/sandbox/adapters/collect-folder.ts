import { constants } from "node:fs";
import { lstat, open, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { assertEntries, sortEntries } from "../workspace/assert-entries.ts";
import { badWorkspace } from "../workspace/bad-workspace.ts";
import type { WorkspaceEntry } from "../workspace/workspace-entry.ts";
import { WORKSPACE_LIMITS, type WorkspaceLimits } from "../workspace/workspace-limits.ts";

/**
 * What a folder of this machine holds; links are kept as text and never opened. For a level whose programs share the
 * file system with us.
 *
 * @throws {AegisError} "sandbox.bad_workspace"
 */
export async function collectFolder(
  folder: string,
  limits: WorkspaceLimits = WORKSPACE_LIMITS,
): Promise<readonly WorkspaceEntry[]> {
  const entries: WorkspaceEntry[] = [];
  let bytesLeft = limits.bytesMax;
  const waiting = [""];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const name of await readNames(join(folder, at), at)) {
      const path = at === "" ? name : `${at}/${name}`;
      const entry = await readEntry(folder, path, bytesLeft);
      if (entry.kind === "file") bytesLeft -= entry.bytes.length;
      if (entry.kind === "folder") waiting.push(path);
      entries.push(entry);
      if (entries.length > limits.filesMax) throw badWorkspace(`more than ${limits.filesMax} entries`);
    }
  }
  assertEntries(entries, limits);
  return sortEntries(entries);
}

async function readNames(folder: string, path: string): Promise<string[]> {
  return await readdir(folder).catch((error: Error) => {
    throw badWorkspace(`cannot be read: ${error.message.slice(0, 100)}`, path);
  });
}

async function readEntry(folder: string, path: string, bytesLeft: number): Promise<WorkspaceEntry> {
  const place = join(folder, path);
  try {
    const found = await lstat(place);
    if (found.isDirectory()) return { kind: "folder", path };
    if (found.isSymbolicLink()) return { kind: "link", path, target: await readlink(place) };
    if (!found.isFile()) throw badWorkspace("a device, a pipe or a socket may not be in a workspace", path);
    if (found.size > bytesLeft) throw badWorkspace("more bytes than a workspace may hold", path);
    const isExecutable = (found.mode & 0o111) !== 0;
    return { kind: "file", path, bytes: await readBytes(place, found.size), ...(isExecutable && { isExecutable }) };
  } catch (error) {
    if (!("syscall" in (error as Error))) throw error;
    throw badWorkspace(`cannot be read: ${(error as Error).message.slice(0, 100)}`, path);
  }
}

/** Not a byte more than was allowed for, though the file may grow meanwhile; a pipe put in its place is not waited for. */
async function readBytes(place: string, size: number): Promise<Uint8Array> {
  const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(size);
    let length = 0;
    while (length < size) {
      const { bytesRead } = await file.read(bytes, length, size - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}
