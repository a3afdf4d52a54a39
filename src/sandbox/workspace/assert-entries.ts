import { badWorkspace } from "./bad-workspace.ts";
import type { WorkspaceEntry } from "./workspace-entry.ts";
import { WORKSPACE_LIMITS, type WorkspaceLimits } from "./workspace-limits.ts";

/**
 * Holds entries to what every workspace keeps: plain relative paths, each once, none below a file or a link, all within
 * the limits. So no order of writing them leads out of the folder they are written to.
 *
 * @throws {AegisError} "sandbox.bad_workspace"
 */
export function assertEntries(entries: readonly WorkspaceEntry[], limits: WorkspaceLimits = WORKSPACE_LIMITS): void {
  if (entries.length > limits.filesMax) throw badWorkspace(`more than ${limits.filesMax} entries`);
  const kinds = new Map<string, WorkspaceEntry["kind"]>();
  let bytes = 0;
  for (const entry of entries) {
    assertPath(entry.path, limits);
    if (kinds.has(entry.path)) throw badWorkspace("named twice", entry.path);
    kinds.set(entry.path, entry.kind);
    if (entry.kind === "file") bytes += entry.bytes.length;
    if (entry.kind === "link") assertTarget(entry, limits);
    if (bytes > limits.bytesMax) throw badWorkspace(`more than ${limits.bytesMax} bytes`, entry.path);
  }
  for (const { path } of entries) {
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
      const kind = kinds.get(path.slice(0, end));
      if (kind !== undefined && kind !== "folder") throw badWorkspace(`lies below a ${kind}`, path);
    }
  }
}

/** @throws {AegisError} "sandbox.bad_workspace" for a path that is not plain, or too long */
export function assertPath(path: string, { pathBytesMax }: Pick<WorkspaceLimits, "pathBytesMax">): void {
  if (path === "") throw badWorkspace("an empty path");
  if (Buffer.byteLength(path) > pathBytesMax) throw badWorkspace(`a path of more than ${pathBytesMax} bytes`, path);
  if (path.startsWith("/")) throw badWorkspace("an absolute path", path);
  if (path.includes("\0")) throw badWorkspace("a NUL in a path", path);
  // What is no UTF-8 would become another name, or the same one twice.
  if (path.includes("\uFFFD") || !path.isWellFormed()) throw badWorkspace("a path that is not UTF-8", path);
  for (const part of path.split("/")) {
    if (part === "" || part === "." || part === "..") throw badWorkspace("a path with empty parts, `.` or `..`", path);
  }
}

function assertTarget({ path, target }: { path: string; target: string }, { pathBytesMax }: WorkspaceLimits): void {
  if (target === "" || target.includes("\0")) throw badWorkspace("a link without a usable target", path);
  if (Buffer.byteLength(target) > pathBytesMax) {
    throw badWorkspace(`a link's target of more than ${pathBytesMax} bytes`, path);
  }
}

/** By code unit, the same on every machine. */
export function sortEntries(entries: readonly WorkspaceEntry[]): WorkspaceEntry[] {
  return entries.toSorted((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
}
