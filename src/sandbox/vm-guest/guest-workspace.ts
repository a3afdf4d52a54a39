import { spawn } from "node:child_process";
import { once } from "node:events";
import { PIECE_BYTES_MAX } from "./frames.ts";
import { readWorkspace } from "../workspace/read-workspace.ts";
import { writeEntries } from "../adapters/write-entries.ts";
import { USER_ID } from "./prepare-guest.ts";

/** Unpacks what the host packed; everything is then the programs' own. */
export async function writeArchive(folder: string, pieces: readonly Buffer[]): Promise<void> {
  await writeEntries(folder, await readWorkspace(pieces));
  const owner = spawn("/bin/busybox", ["chown", "-hR", `${USER_ID}:${USER_ID}`, folder], { stdio: "ignore" });
  await once(owner, "exit");
}

/** The host trusts nothing of what it reads here. */
export async function collectArchive(folder: string, onPiece: (piece: Uint8Array) => void): Promise<void> {
  const tar = spawn("/usr/bin/tar", ["-C", folder, "--format=pax", "--hard-dereference", "-cf", "-", "."], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaint = "";
  tar.stderr.on("data", (piece: Buffer) => (complaint = (complaint + piece.toString("utf8")).slice(0, 300)));
  const exit = once(tar, "close");
  for await (const piece of tar.stdout as AsyncIterable<Buffer>) {
    for (let at = 0; at < piece.length; at += PIECE_BYTES_MAX) onPiece(piece.subarray(at, at + PIECE_BYTES_MAX));
  }
  const [code] = (await exit) as [number | null];
  // It passes over what it cannot reach, and ends well.
  if (code !== 0 || complaint !== "") throw new Error(`the workspace cannot be read: ${complaint}`);
  onPiece(new Uint8Array(0));
}
