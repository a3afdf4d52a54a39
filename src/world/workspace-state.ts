import { createHash } from "node:crypto";
import { type Json, type JsonObject, LIMITS } from "../kernel/index.ts";
import type { WorkspaceEntry } from "../sandbox/index.ts";
import { isDatabase, readDatabase } from "./read-database.ts";

/**
 * A workspace as state that can be compared and checked: text files by their text, databases by their rows, other files
 * by size and hash. Content comes from an agent: it is only ever read.
 */
export function workspaceState(entries: readonly WorkspaceEntry[]): JsonObject {
  return Object.fromEntries(entries.map((entry) => [entry.path, contentOf(entry)]));
}

function contentOf(entry: WorkspaceEntry): Json {
  if (entry.kind === "folder") return { folder: true };
  if (entry.kind === "link") return { link: entry.target };
  const { bytes } = entry;
  if (isDatabase(bytes)) return readDatabase(bytes) ?? hashed(bytes);
  return textOf(bytes) ?? hashed(bytes);
}

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > LIMITS.workspaceTextBytesMax || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function hashed(bytes: Uint8Array): Json {
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
