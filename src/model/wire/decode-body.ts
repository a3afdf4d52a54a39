import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from "node:zlib";
import { LIMITS } from "../../kernel/index.ts";
import { type HeaderList, headerOf } from "./provider-exchange.ts";

/** A small body can unfold into a very large one. */
const DECODED_BYTES_MAX = 4 * LIMITS.requestBodyBytesMax;

/** The text of a body, its content codings undone. What was cut off gives the text that had come. */
export function decodeBody(bytes: Uint8Array, headers: HeaderList): string {
  const codings = headerOf(headers, "content-encoding").toLowerCase().split(",");
  let decoded = bytes;
  for (const coding of codings.toReversed()) {
    const undo = DECODERS[coding.trim()];
    // Recorders undo a coding and keep its header: bytes that are not so coded are the text itself.
    if (undo) decoded = attempt(() => undo(decoded)) ?? decoded;
  }
  return new TextDecoder().decode(decoded);
}

type Decode = (bytes: Uint8Array) => Uint8Array;

const limit = { maxOutputLength: DECODED_BYTES_MAX };
const zlib = { ...limit, finishFlush: constants.Z_SYNC_FLUSH };
const gunzip: Decode = (bytes) => gunzipSync(bytes, zlib);

const DECODERS: Readonly<Record<string, Decode | undefined>> = {
  gzip: gunzip,
  "x-gzip": gunzip,
  // Some servers leave out the envelope that the standard asks for.
  deflate: (bytes) => attempt(() => inflateSync(bytes, zlib)) ?? inflateRawSync(bytes, zlib),
  br: (bytes) => brotliDecompressSync(bytes, { ...limit, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: (bytes) => zstdDecompressSync(bytes, { ...limit, finishFlush: constants.ZSTD_e_flush }),
};

function attempt(decode: () => Uint8Array): Uint8Array | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
