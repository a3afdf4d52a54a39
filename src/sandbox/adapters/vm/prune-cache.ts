import { readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

const FOLDERS_MAX = 6;
/** Whoever took one lately may be about to start machines with it. */
const IN_USE_MS = 24 * 3_600_000;

/** Marks a folder as used just now. */
export function markUsed(folder: string, nowMs = Date.now()): void {
  utimesSync(folder, nowMs / 1_000, nowMs / 1_000);
}

/**
 * Each change of a project makes an image as large as the project, and each new version a template: the longest unused
 * ones go.
 * @param place the folder that holds them
 */
export function pruneCache(place: string, nowMs = Date.now()): void {
  const folders = readdirSync(place).map((name) => ({ path: join(place, name), usedMs: usedMs(join(place, name)) }));
  const oldestFirst = folders.toSorted((one, other) => one.usedMs - other.usedMs);
  for (const { path, usedMs: lastMs } of oldestFirst.slice(0, -FOLDERS_MAX)) {
    if (nowMs - lastMs > IN_USE_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** What somebody else removed meanwhile was never used. */
function usedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
