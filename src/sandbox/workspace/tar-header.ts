import { badWorkspace } from "./bad-workspace.ts";

export const BLOCK_BYTES = 512;

export interface TarHeader {
  readonly type: string;
  readonly name: string;
  readonly target: string;
  readonly mode: number;
  readonly size: number;
}

/**
 * One header block of a hostile archive.
 *
 * @throws {AegisError} "sandbox.bad_workspace" for a wrong checksum or a number that is none
 */
export function readHeader(block: Buffer): TarHeader {
  const stated = readNumber(block.subarray(148, 156), "checksum");
  const counted = block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (stated !== counted) throw badWorkspace("an archive with a wrong checksum");
  const isPosix = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isPosix ? readText(block.subarray(345, 500)) : "";
  const name = readText(block.subarray(0, 100));
  return {
    type: block[156] === 0 ? "0" : String.fromCharCode(block[156] ?? 0),
    name: prefix === "" ? name : `${prefix}/${name}`,
    target: readText(block.subarray(157, 257)),
    mode: readNumber(block.subarray(100, 108), "mode"),
    size: readNumber(block.subarray(124, 136), "size"),
  };
}

/** Octal digits; GNU's binary form is for what is larger than any workspace. */
function readNumber(field: Buffer, what: string): number {
  const text = field
    .toString("latin1")
    .replace(/[\0 ]+$/, "")
    .trimStart();
  if (!/^[0-7]{0,12}$/.test(text)) throw badWorkspace(`an archive with a ${what} that is no number`);
  return text === "" ? 0 : Number.parseInt(text, 8);
}

/** Up to the first NUL. */
export function readText(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end === -1 ? field.length : end);
}
