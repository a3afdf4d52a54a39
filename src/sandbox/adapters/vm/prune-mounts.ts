import { readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

const IMAGES_MAX = 6;
/** Whoever took one lately may be about to start machines with it. */
const IN_USE_MS = 6 * 3_600_000;

/** Marks an image as used just now. */
export function markUsed(folder: string, nowMs = Date.now()): void {
  utimesSync(folder, nowMs / 1_000, nowMs / 1_000);
}

/**
 * Each change of a project makes an image as large as the project: the longest unused ones go.
 * @param place the folder that holds the images' folders
 */
export function pruneMounts(place: string, nowMs = Date.now()): void {
  const folders = readdirSync(place).map((name) => ({ path: join(place, name), usedMs: usedMs(join(place, name)) }));
  const oldestFirst = folders.toSorted((one, other) => one.usedMs - other.usedMs);
  for (const { path, usedMs: lastMs } of oldestFirst.slice(0, -IMAGES_MAX)) {
    if (nowMs - lastMs > IN_USE_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** What somebody else removed meanwhile was never used. */
function usedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
