import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assertEntries } from "../workspace/assert-entries.ts";
import type { WorkspaceEntry } from "../workspace/workspace-entry.ts";

/**
 * Writes entries into an empty folder; links last, so that nothing is written through one.
 *
 * @throws {AegisError} "sandbox.bad_workspace" before anything is written
 */
export async function writeEntries(folder: string, entries: readonly WorkspaceEntry[]): Promise<void> {
  assertEntries(entries);
  const isLink = (entry: WorkspaceEntry) => entry.kind === "link";
  for (const entry of [...entries.filter((each) => !isLink(each)), ...entries.filter(isLink)]) {
    const path = join(folder, entry.path);
    await mkdir(entry.kind === "folder" ? path : dirname(path), { recursive: true });
    if (entry.kind === "link") await symlink(entry.target, path);
    if (entry.kind === "file")
      await writeFile(path, entry.bytes, { flag: "wx", mode: entry.isExecutable ? 0o755 : 0o644 });
  }
}
