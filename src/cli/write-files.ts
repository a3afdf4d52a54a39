import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AegisError } from "../kernel/index.ts";

export interface FileToWrite {
  /** Relative to the folder. */
  readonly path: string;
  readonly content: string;
  /** A file that is there already is refused unless told. */
  readonly mayReplace: boolean;
}

/**
 * Writes all of the files or none: what was written is taken back when one fails. Done without a pause, so that Ctrl-C
 * comes before or after it.
 *
 * @throws {AegisError} "cli.exists", naming every file that is in the way, or "io.failed"
 */
export function writeFiles(folder: string, files: readonly FileToWrite[]): void {
  const inTheWay = files.filter(({ path, mayReplace }) => !mayReplace && isThere(join(folder, path)));
  if (inTheWay.length > 0) throw existing(inTheWay.map(({ path }) => path));
  const undo: (() => void)[] = [];
  try {
    for (const { path, content } of files) {
      makeFolder(dirname(join(folder, path)), undo);
      writeOne(join(folder, path), content, undo);
    }
  } catch (cause) {
    for (const step of undo.toReversed()) step();
    const { code, message, path = folder } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") throw existing([path]);
    throw new AegisError("io.failed", `nothing was written: ${message}`, { cause, details: { path } });
  }
}

function writeOne(target: string, content: string, undo: (() => void)[]): void {
  const staged = `${target}.aegis-new`;
  const old = isThere(target) ? readFileSync(target) : undefined;
  undo.push(() => (old === undefined ? rmSync(target, { force: true }) : writeFileSync(target, old)));
  undo.push(() => rmSync(staged, { force: true }));
  writeFileSync(staged, content, { flag: "wx" });
  // Renamed into place: a link that stands there is replaced, not followed out of the folder.
  renameSync(staged, target);
}

/** Also true of a link that leads nowhere. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A file stands where one of its folders must be: making that folder will say so.
    return false;
  }
}

/** Makes a folder and those above it, and remembers which were new. */
function makeFolder(path: string, undo: (() => void)[]): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), undo);
  mkdirSync(path);
  undo.push(() => {
    try {
      rmdirSync(path);
    } catch {
      // somebody else put something into it
    }
  });
}

function existing(paths: readonly string[]): AegisError {
  return new AegisError("cli.exists", `nothing was written, already there: ${paths.join(", ")}`, {
    details: { files: paths.join(", ") },
  });
}
