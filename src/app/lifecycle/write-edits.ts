import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AegisError } from "../../kernel/index.ts";
import { applyEdits, type FileEdit } from "../../eval/lifecycle/index.ts";

/**
 * Writes edits into their files: all are looked at before the first is written, and one that fails takes those before it
 * back.
 *
 * @throws {AegisError} "case.changed_file" when a file is no longer what the edits were made for, "io.failed"
 */
export function writeEdits(root: string, files: readonly FileEdit[]): void {
  const targets = files.map((file) => ({ ...file, target: unchangedTarget(root, file) }));
  const written: typeof targets = [];
  for (const file of targets) {
    try {
      replaceFile(file.target, applyEdits(file.before, file.edits));
      written.push(file);
    } catch (cause) {
      for (const each of written.toReversed()) replaceFile(each.target, each.before);
      throw new AegisError("io.failed", `nothing was written: ${(cause as Error).message}`, { cause });
    }
  }
}

/** Links are followed: the file they lead to is the one that is edited. */
function unchangedTarget(root: string, { path, before }: FileEdit): string {
  try {
    const target = realpathSync(join(root, path));
    if (readFileSync(target, "utf8") === before) return target;
  } catch (cause) {
    throw new AegisError("io.failed", `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  throw new AegisError("case.changed_file", `${path} changed while it was looked at; nothing was written`);
}

/** Renamed into place, with the rights it had: never half a file. */
function replaceFile(target: string, text: string): void {
  const staged = `${target}.aegis-new`;
  try {
    writeFileSync(staged, text, { flag: "wx", mode: statSync(target).mode });
    renameSync(staged, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") rmSync(staged, { force: true });
    throw error;
  }
}
