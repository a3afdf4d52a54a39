import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { AegisError, LIMITS } from "../kernel/index.ts";
import type { WorkspaceEntry } from "../sandbox/index.ts";

/**
 * What a case's workspace begins with: every file, folder and link below a folder of the project.
 * @throws {AegisError} "case.missing_fixture" when it cannot be read, holds anything else, or is larger than the limit
 */
export function readFixtureFolder(folder: string): WorkspaceEntry[] {
  const entries: WorkspaceEntry[] = [];
  let bytes = 0;
  const walk = (path: string) => {
    for (const name of readdirSync(join(folder, path)).toSorted()) {
      const inner = path === "" ? name : `${path}/${name}`;
      const entry = readEntry(folder, inner);
      entries.push(entry);
      bytes += entry.kind === "file" ? entry.bytes.length : 0;
      if (entries.length > LIMITS.workspaceFilesMax || bytes > LIMITS.workspaceBytesMax) {
        throw new AegisError("case.missing_fixture", `${folder} holds more than a workspace may`, {
          details: { path: folder, filesMax: LIMITS.workspaceFilesMax, bytesMax: LIMITS.workspaceBytesMax },
        });
      }
      if (entry.kind === "folder") walk(inner);
    }
  };
  try {
    walk("");
  } catch (cause) {
    if (cause instanceof AegisError) throw cause;
    throw new AegisError("case.missing_fixture", `${folder} cannot be read: ${(cause as Error).message}`, {
      cause,
      details: { path: folder },
    });
  }
  return entries;
}

function readEntry(folder: string, path: string): WorkspaceEntry {
  const place = join(folder, path);
  const status = lstatSync(place);
  if (status.isDirectory()) return { kind: "folder", path };
  if (status.isSymbolicLink()) return { kind: "link", path, target: readlinkSync(place) };
  if (!status.isFile()) {
    throw new AegisError("case.missing_fixture", `${place} is neither a file nor a folder nor a link`, {
      details: { path: place },
    });
  }
  const isExecutable = (status.mode & 0o100) !== 0;
  return { kind: "file", path, bytes: readFileSync(place), ...(isExecutable && { isExecutable }) };
}
