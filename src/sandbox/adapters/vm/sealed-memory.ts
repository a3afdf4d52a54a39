import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { createHash } from "node:crypto";
import { unavailable } from "./vm-pieces.ts";

/** A run of the guest's memory that holds something: where, how long. */
export type Extent = readonly [offset: number, length: number];

const PIECE_BYTES = 1024 * 1024;
const ZEROS = Buffer.alloc(64 * 1024);

// memfd_create(2) with MFD_CLOEXEC | MFD_ALLOW_SEALING, then F_ADD_SEALS with all of them: Node has no call for either.
const HELPER = `my $name = "aegis-memory"; my $fd = syscall(319, $name, 3); die "memfd: $!" if $fd < 0;
open(my $memory, "+<&=", $fd) or die; truncate($memory, $ARGV[0]) or die "truncate: $!";
$| = 1; print "$fd\\n"; my $word = <STDIN> // exit;
fcntl($memory, 1033, 15) or die "seal: $!"; print "sealed\\n"; <STDIN>;`;

/**
 * The template's memory as a file without a name that the kernel lets nobody write to any more, whoever has it open: a
 * machine that got the better of its QEMU cannot change what later clones begin with.
 *
 * @returns the open file, and the hash of what was put into it
 */
export async function sealMemory(
  source: string,
  { perl, extents, memoryBytes }: { perl: string; extents: readonly Extent[]; memoryBytes: number },
): Promise<{ readonly fd: number; readonly sha256: string }> {
  const helper = spawn(perl, ["-e", HELPER, String(memoryBytes)], { stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  helper.stderr.on("data", (piece: Buffer) => (complaint += piece.toString("latin1").slice(0, 300)));
  helper.stdin.on("error", () => undefined);
  const answers = helper.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const answer = async () => {
    const { value, done } = await answers.next();
    if (done === true) throw unavailable(`no sealed memory on this machine: ${complaint}`);
    return (value as Buffer).toString("latin1").trim();
  };
  try {
    const path = `/proc/${helper.pid}/fd/${Number(await answer())}`;
    const sha256 = fill(path, source, extents);
    helper.stdin.write("seal\n");
    await answer();
    return { fd: openSync(path, "r"), sha256 };
  } finally {
    helper.stdin.end();
    if (helper.exitCode === null) await once(helper, "exit");
  }
}

function fill(path: string, source: string, extents: readonly Extent[]): string {
  const hash = createHash("sha256");
  const piece = Buffer.alloc(PIECE_BYTES);
  const from = openSync(source, "r");
  const to = openSync(path, "r+");
  try {
    let position = 0;
    for (const [offset, length] of extents) {
      for (let at = 0; at < length;) {
        const count = readSync(from, piece, 0, Math.min(piece.length, length - at), position);
        if (count === 0) return "ended too early";
        hash.update(piece.subarray(0, count));
        writeSync(to, piece, 0, count, offset + at);
        at += count;
        position += count;
      }
    }
    return hash.digest("hex");
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

/** Copies what is not zero of a memory file into a dense one. */
export function packMemory(source: string, target: string): { readonly extents: Extent[]; readonly sha256: string } {
  const hash = createHash("sha256");
  const extents: [number, number][] = [];
  const piece = Buffer.alloc(ZEROS.length);
  const from = openSync(source, "r");
  const to = openSync(target, "wx", 0o600);
  try {
    for (let offset = 0; ; offset += piece.length) {
      const count = readSync(from, piece, 0, piece.length, offset);
      if (count === 0) return { extents, sha256: hash.digest("hex") };
      const part = piece.subarray(0, count);
      if (part.equals(ZEROS.subarray(0, count))) continue;
      hash.update(part);
      writeSync(to, part);
      const last = extents.at(-1);
      if (last && last[0] + last[1] === offset) last[1] += count;
      else extents.push([offset, count]);
    }
  } finally {
    closeSync(from);
    closeSync(to);
  }
}
