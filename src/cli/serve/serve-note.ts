import { readFileSync, renameSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a supervisor leaves beside the project for other commands to find it by. */
export interface ServeNote {
  readonly pid: number;
  readonly url: string;
  readonly agents: readonly string[];
  /** Raised with every try to bring new code live. */
  readonly deployCount: number;
  /** How the last try went; null before the first. */
  readonly deployed: "live" | "failed" | null;
}

const pathOf = (root: string) => join(root, ".aegis", "serve.json");

/** All of it or nothing: a reader never sees half a note. */
export function writeServeNote(root: string, note: ServeNote): void {
  const path = pathOf(root);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(note));
  renameSync(`${path}.${process.pid}`, path);
}

/** The note of a supervisor that is alive; undefined where there is none. */
export function readServeNote(root: string): ServeNote | undefined {
  try {
    const note = JSON.parse(readFileSync(pathOf(root), "utf8")) as ServeNote;
    process.kill(note.pid, 0);
    return note;
  } catch {
    return undefined;
  }
}

/** Takes the own note away, and nobody else's. */
export function removeServeNote(root: string): void {
  if (readServeNote(root)?.pid === process.pid) rmSync(pathOf(root), { force: true });
}
