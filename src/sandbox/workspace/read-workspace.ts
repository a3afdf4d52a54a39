import { assertEntries, sortEntries } from "./assert-entries.ts";
import { badWorkspace } from "./bad-workspace.ts";
import { readPax } from "./read-pax.ts";
import { BLOCK_BYTES, readHeader, readText, type TarHeader } from "./tar-header.ts";
import type { WorkspaceEntry } from "./workspace-entry.ts";
import { WORKSPACE_LIMITS, type WorkspaceLimits } from "./workspace-limits.ts";

/**
 * Reads a tar stream that nobody vouches for. Files, folders and links are taken, links as text; every other kind, a
 * path that leads anywhere but below, a path told twice, a size that lies and whatever is over the limits ends the
 * reading at once, before more than the limits allow was kept.
 *
 * @returns entries sorted by path
 * @throws {AegisError} "sandbox.bad_workspace"
 */
export async function readWorkspace(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: WorkspaceLimits = WORKSPACE_LIMITS,
): Promise<readonly WorkspaceEntry[]> {
  const source = new ByteSource(stream);
  const entries: WorkspaceEntry[] = [];
  let bytesLeft = limits.bytesMax;
  let longer: Partial<TarHeader> = {};
  for (;;) {
    const block = await source.take(BLOCK_BYTES);
    if (block.every((byte) => byte === 0)) break;
    const header = readHeader(block);
    if ("xLK".includes(header.type)) {
      longer = { ...longer, ...(await readLonger(header, source, limits)) };
      continue;
    }
    const entry = await readEntry({ ...header, ...longer }, source, bytesLeft);
    longer = {};
    if (!entry) continue;
    if (entry.kind === "file") bytesLeft -= entry.bytes.length;
    entries.push(entry);
    if (entries.length > limits.filesMax) throw badWorkspace(`more than ${limits.filesMax} entries`);
  }
  assertEntries(entries, limits);
  return sortEntries(entries);
}

/** Names that do not fit their header: of POSIX (`x`) and of GNU (`L`, `K`). */
async function readLonger(header: TarHeader, source: ByteSource, limits: WorkspaceLimits): Promise<Partial<TarHeader>> {
  // Both names, and the small records that programs add beside them.
  if (header.size > 2 * limits.pathBytesMax + 4_096) throw badWorkspace("an archive with oversized names");
  const body = await source.takePadded(header.size);
  if (header.type === "L") return { name: readText(body) };
  if (header.type === "K") return { target: readText(body) };
  return readPax(body);
}

async function readEntry(
  header: TarHeader,
  source: ByteSource,
  bytesLeft: number,
): Promise<WorkspaceEntry | undefined> {
  const path = header.name.replace(/^(\.\/)+/, "").replace(/\/$/, "");
  if ((header.type === "2" || header.type === "5") && header.size > 0)
    throw badWorkspace("bytes where none may be", path);
  if (header.type === "5" && (path === "" || path === ".")) return undefined;
  switch (header.type) {
    case "0":
      if (header.name.endsWith("/")) throw badWorkspace("a file with a folder's name", path);
      if (header.size > bytesLeft) throw badWorkspace("more bytes than a workspace may hold", path);
      return {
        kind: "file",
        path,
        bytes: await source.takePadded(header.size),
        ...((header.mode & 0o111) !== 0 && { isExecutable: true }),
      };
    case "2":
      return { kind: "link", path, target: header.target };
    case "5":
      return { kind: "folder", path };
    default:
      throw badWorkspace(`${KINDS[header.type] ?? "an unknown kind of entry"} may not be in a workspace`, path);
  }
}

const KINDS: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "3": "a device",
  "4": "a device",
  "6": "a pipe",
  S: "a sparse file",
  g: "a header for all entries",
};

/** Exact numbers of bytes out of pieces of any size; holds no more than was asked for and one piece. */
class ByteSource {
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#pieces = Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
  }

  async take(count: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    let missing = count;
    while (missing > 0) {
      if (this.#rest.length === 0) {
        const next = await this.#pieces.next();
        if (next.done === true) throw badWorkspace("an archive that ends too early");
        this.#rest = next.value;
      }
      const part = this.#rest.subarray(0, missing);
      parts.push(part);
      missing -= part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    // A copy: what is kept must not hold the stream's larger pieces.
    return Buffer.concat(parts);
  }

  async takePadded(count: number): Promise<Buffer> {
    const bytes = await this.take(count);
    await this.take((BLOCK_BYTES - (count % BLOCK_BYTES)) % BLOCK_BYTES);
    return bytes;
  }
}
