import { assertEntries } from "./assert-entries.ts";
import { BLOCK_BYTES } from "./tar-header.ts";
import type { WorkspaceEntry } from "./workspace-entry.ts";
import type { WorkspaceLimits } from "./workspace-limits.ts";

/**
 * Entries as a tar stream (POSIX pax), piece by piece. The same entries always give the same bytes: no times, no owners.
 *
 * @throws {AegisError} "sandbox.bad_workspace" before the first piece
 */
export function packWorkspace(entries: readonly WorkspaceEntry[], limits?: WorkspaceLimits): Iterable<Uint8Array> {
  assertEntries(entries, limits);
  return pieces(entries);
}

function* pieces(entries: readonly WorkspaceEntry[]): Generator<Uint8Array> {
  for (const entry of entries) {
    yield* headers(entry);
    if (entry.kind !== "file") continue;
    yield entry.bytes;
    yield padding(entry.bytes.length);
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

const TYPES = { file: "0", link: "2", folder: "5" } as const;

function* headers(entry: WorkspaceEntry): Generator<Uint8Array> {
  const name = entry.kind === "folder" ? `${entry.path}/` : entry.path;
  const target = entry.kind === "link" ? entry.target : "";
  const records = [...longField("path", name), ...longField("linkpath", target)];
  if (records.length > 0) {
    const body = Buffer.concat(records);
    yield header({ name: "pax", target: "", type: "x", mode: 0o644, size: body.length });
    yield body;
    yield padding(body.length);
  }
  const isExecutable = entry.kind !== "file" || entry.isExecutable === true;
  const size = entry.kind === "file" ? entry.bytes.length : 0;
  yield header({ name, target, type: TYPES[entry.kind], mode: isExecutable ? 0o755 : 0o644, size });
}

/** What does not fit into 100 bytes of ASCII travels as a pax record: its own length, a key, a value. */
function longField(key: string, value: string): Buffer[] {
  if (Buffer.byteLength(value) <= 100 && /^[\x20-\x7e]*$/.test(value)) return [];
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return [Buffer.concat([Buffer.from(String(length)), rest])];
}

function header(fields: { name: string; target: string; type: string; mode: number; size: number }): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, at: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, "0"), at, "latin1");
  block.write(fields.name, 0, 100);
  octal(fields.mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(fields.size, 124, 11);
  octal(0, 136, 11);
  block.fill(" ", 148, 156);
  block.write(fields.type, 156);
  block.write(fields.target, 157, 100);
  block.write("ustar\u000000", 257, "latin1");
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
}

function padding(length: number): Uint8Array {
  return new Uint8Array((BLOCK_BYTES - (length % BLOCK_BYTES)) % BLOCK_BYTES);
}
