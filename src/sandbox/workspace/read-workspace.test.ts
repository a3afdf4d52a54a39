import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { packWorkspace } from "./pack-workspace.ts";
import { readWorkspace } from "./read-workspace.ts";
import type { WorkspaceEntry } from "./workspace-entry.ts";

const bytes = (text: string): Buffer => Buffer.from(text);
const packed = (entries: readonly WorkspaceEntry[]): Buffer => Buffer.concat([...packWorkspace(entries)]);

const MANY: WorkspaceEntry[] = [
  { kind: "folder", path: "a" },
  { kind: "file", path: "a/empty", bytes: bytes("") },
  { kind: "file", path: "a/exact", bytes: Buffer.alloc(512, "e") },
  { kind: "file", path: "a/more", bytes: Buffer.alloc(513, "m"), isExecutable: true },
  { kind: "link", path: "a/out", target: "../../../etc/passwd" },
  { kind: "link", path: "a/to", target: "long/".repeat(60) },
  { kind: "file", path: "name with spaces\nand lines ü 漢", bytes: bytes("odd") },
  { kind: "file", path: `${"deep/".repeat(100)}file`, bytes: bytes("deep") },
].toSorted((one, other) => (one.path < other.path ? -1 : 1)) as WorkspaceEntry[];

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "aegis-tar-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test.each([{ pieceBytes: 1 }, { pieceBytes: 511 }, { pieceBytes: 1_000_000 }])(
  "what was packed is read, in pieces of $pieceBytes bytes",
  async ({ pieceBytes }) => {
    const whole = packed(MANY);
    const count = Math.ceil(whole.length / pieceBytes);
    const pieces = Array.from({ length: count }, (_, index) =>
      whole.subarray(index * pieceBytes, (index + 1) * pieceBytes),
    );
    expect(await readWorkspace(pieces)).toEqual(MANY);
  },
);

test("GNU tar reads what we pack, and we read what it packs in each of its formats", async () => {
  const folder = temporaryFolder();
  execFileSync("tar", ["-x", "-C", folder], { input: packed(MANY) });
  for (const format of ["gnu", "posix"]) {
    const words = ["-c", `--format=${format}`, "-C", folder, "."];
    const entries = await readWorkspace([execFileSync("tar", words)]);
    expect(entries.filter(({ kind }) => kind !== "folder")).toEqual(MANY.filter(({ kind }) => kind !== "folder"));
  }
});

// Archives made by Python's tarfile, which packs whatever it is told to.
const HOSTILE = `
import io, sys, tarfile
out = io.BytesIO()
archive = tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT)
def add(name, kind=tarfile.REGTYPE, target="", data=b"", pax=None):
    info = tarfile.TarInfo(name); info.type = kind; info.linkname = target; info.size = len(data)
    info.pax_headers = pax or {}
    archive.addfile(info, io.BytesIO(data))
exec(sys.argv[1])
archive.close()
sys.stdout.buffer.write(out.getvalue())
`;

test.each([
  { why: "a path that climbs", make: 'add("../x", data=b"x")', says: "`..`" },
  { why: "a path that climbs later", make: 'add("a/../../x", data=b"x")', says: "`..`" },
  { why: "an absolute path", make: 'add("/etc/cron.d/x", data=b"x")', says: "absolute" },
  { why: "an empty part", make: 'add("a//x", data=b"x")', says: "empty parts" },
  { why: "a path of its own twice", make: 'add("a", data=b"x"); add("./a", data=b"y")', says: "twice" },
  {
    why: "a file below a link",
    make: 'add("a", tarfile.SYMTYPE, "/etc"); add("a/x", data=b"x")',
    says: "below a link",
  },
  { why: "a file below a file", make: 'add("a", data=b"x"); add("a/b", data=b"x")', says: "below a file" },
  {
    why: "bytes in a folder",
    make: 'info = tarfile.TarInfo("a"); info.type = tarfile.DIRTYPE; info.size = 512; archive.fileobj.write(info.tobuf() + b"x" * 512)',
    says: "bytes where none",
  },
  { why: "a hard link", make: 'add("a", tarfile.LNKTYPE, "/etc/shadow")', says: "hard link" },
  { why: "a character device", make: 'add("a", tarfile.CHRTYPE)', says: "device" },
  { why: "a block device", make: 'add("a", tarfile.BLKTYPE)', says: "device" },
  { why: "a pipe", make: 'add("a", tarfile.FIFOTYPE)', says: "pipe" },
  { why: "a contiguous file", make: 'add("a", tarfile.CONTTYPE)', says: "unknown kind" },
  { why: "GNU's sparse file", make: 'add("a", tarfile.GNUTYPE_SPARSE)', says: "sparse" },
  { why: "a link to nowhere", make: 'add("a", tarfile.SYMTYPE, "")', says: "target" },
  { why: "another size beside the header's", make: 'add("a", data=b"x", pax={"size": "99999999"})', says: '"size"' },
  { why: "a sparse map", make: 'add("a", data=b"x", pax={"GNU.sparse.realsize": "99999999999"})', says: "GNU.sparse" },
  {
    why: "a record for all entries",
    make: 'archive.pax_headers = {"path": "x"}; archive.offset += archive.fileobj.write(tarfile.TarInfo.create_pax_global_header({"path": "x"}))',
    says: "all entries",
  },
  { why: "a longer path than there is", make: 'add("d/" * 2100 + "x", data=b"x")', says: "a path of more" },
  { why: "a longer target than there is", make: 'add("a", tarfile.SYMTYPE, "d/" * 2100)', says: "target of more" },
  { why: "a record longer than any path", make: 'add("d/" * 9000 + "x", data=b"x")', says: "oversized names" },
  { why: "too many entries", make: 'for i in range(21): add("f%d" % i)', says: "more than 20 entries" },
  { why: "too many bytes in one", make: 'add("a", data=b"x" * 2001)', says: "more bytes" },
  { why: "too many bytes in all", make: 'for i in range(5): add("f%d" % i, data=b"x" * 401)', says: "more bytes" },
])("refuses $why", async ({ make, says }) => {
  const archive = execFileSync("python3", ["-c", HOSTILE, make]);
  const limits = { filesMax: 20, bytesMax: 2_000, pathBytesMax: 4_096 };
  await expect(readWorkspace([archive], limits)).rejects.toMatchObject({
    code: "sandbox.bad_workspace",
    message: expect.stringContaining(says),
  });
});

test.each([
  { why: "nothing", bytes: () => Buffer.alloc(0), says: "too early" },
  { why: "half a header", bytes: () => packed(MANY).subarray(0, 100), says: "too early" },
  { why: "a file cut in its middle", bytes: () => packed([MANY[2]!]).subarray(0, 600), says: "too early" },
  { why: "no end", bytes: () => packed([]).subarray(0, 0), says: "too early" },
  { why: "a changed byte", bytes: () => changed(packed([MANY[1]!]), 3, 0x41), says: "checksum" },
  { why: "noise", bytes: () => Buffer.alloc(2_048, "no archive at all"), says: "no number" },
  { why: "a size beyond all numbers", bytes: () => changed(packed([MANY[1]!]), 124, 0x80), says: "no number" },
])("refuses an archive of $why", async ({ bytes: make, says }) => {
  await expect(readWorkspace([make()])).rejects.toMatchObject({
    code: "sandbox.bad_workspace",
    message: expect.stringContaining(says),
  });
});

/** Puts one byte in, and, where it is not the checksum that is tried, corrects that. */
function changed(archive: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(archive);
  copy[at] = byte;
  if (at < 124) return copy;
  copy.fill(32, 148, 156);
  const sum = copy.subarray(0, 512).reduce((total, each) => total + each, 0);
  copy.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return copy;
}

test("an endless archive ends at the first thing that is too much", async () => {
  let taken = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) {
      taken += 1;
      yield packed([{ kind: "file", path: `f${taken}`, bytes: Buffer.alloc(512, "x") }]).subarray(0, 1024);
    }
  }
  await expect(readWorkspace(endless())).rejects.toMatchObject({ code: "sandbox.bad_workspace" });
  expect(taken).toBeLessThan(10_010);
});

test("a real folder with links in it comes through", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "in"));
  writeFileSync(join(folder, "in", "file"), "text");
  symlinkSync("/", join(folder, "root"));
  expect(await readWorkspace([execFileSync("tar", ["-c", "-C", folder, "."])])).toEqual([
    { kind: "folder", path: "in" },
    { kind: "file", path: "in/file", bytes: bytes("text") },
    { kind: "link", path: "root", target: "/" },
  ]);
});
