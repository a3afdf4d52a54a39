import { LIMITS } from "../../kernel/index.ts";
import { badFormat } from "./bad-format.ts";

/** A file as it was read; `text` where the caller has already decoded it. */
export type ImportFile = { readonly path: string } & ({ readonly text: string } | { readonly bytes: Uint8Array });

/** A string of the engine holds about half a gigabyte, whatever our own limit is. */
const FILE_BYTES_MAX = Math.min(LIMITS.importFileBytesMax, 0x1f_ff_ff_e8);

/**
 * The file's text, without a byte order mark.
 * @throws {AegisError} "import.bad_format" for a file that is too big, empty, packed or not UTF-8
 */
export function decodeText(file: ImportFile): string {
  const byteCount = "text" in file ? file.text.length : file.bytes.byteLength;
  if (byteCount > FILE_BYTES_MAX) {
    const what = `is ${byteCount} bytes long, more than ${FILE_BYTES_MAX}: split it into several files`;
    throw badFormat(file.path, what, { byteCount });
  }
  const text = "text" in file ? file.text : decodeBytes(file.path, file.bytes);
  const whole = text.startsWith("\ufeff") ? text.slice(1) : text;
  if (whole.trim() === "") throw badFormat(file.path, "is empty");
  return whole;
}

function decodeBytes(path: string, bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0x1f && second === 0x8b) throw badFormat(path, "is packed with gzip: unpack it first");
  if (first === 0x50 && second === 0x4b)
    throw badFormat(
      path,
      "is a zip archive: unpack it first (an .eval log of Inspect: `inspect log convert --to json`)",
    );
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
    const byte = isUtf16 ? 0 : firstBadByte(bytes);
    throw badFormat(
      path,
      `is not UTF-8 (byte ${byte}): save it as UTF-8${isUtf16 ? "; it is UTF-16" : ""}`,
      { byte },
      cause,
    );
  }
}

/** Halves the range until the first part that cannot be decoded is one byte long. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.byteLength;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isUtf8Start(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** True when the bytes are UTF-8, the last character possibly cut. */
function isUtf8Start(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
