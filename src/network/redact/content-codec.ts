import * as zlib from "node:zlib";

/** What one content encoding does to bytes, both ways. */
interface Codec {
  decode(bytes: Uint8Array): Uint8Array;
  encode(bytes: Uint8Array): Uint8Array;
}

/** What is unpacked of one body; a bomb is not followed further. */
const UNPACKED_BYTES_MAX = 128 * 1024 * 1024;
const limits = { maxOutputLength: UNPACKED_BYTES_MAX };
/** Bodies that were cut are read as far as they go. */
const gzipCut = { ...limits, finishFlush: zlib.constants.Z_SYNC_FLUSH };
const brotliCut = { ...limits, finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH };
const zstdCut = { ...limits, finishFlush: zlib.constants.ZSTD_e_flush };
/** Bytes that hide what is in them; other unknown codings leave it as it is. */
const PACKED = new Set(["gzip", "x-gzip", "br", "deflate", "zstd", "compress", "dcb", "dcz"]);

const gzip: Codec = { decode: (bytes) => zlib.gunzipSync(bytes, gzipCut), encode: (bytes) => zlib.gzipSync(bytes) };
const CODECS: Readonly<Record<string, Codec | undefined>> = {
  gzip,
  "x-gzip": gzip,
  br: {
    decode: (bytes) => zlib.brotliDecompressSync(bytes, brotliCut),
    encode: (bytes) => zlib.brotliCompressSync(bytes),
  },
  deflate: {
    decode: (bytes) =>
      // Some servers leave the zlib header out.
      ((bytes[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync(bytes, gzipCut) : zlib.inflateRawSync(bytes, gzipCut),
    encode: (bytes) => zlib.deflateSync(bytes),
  },
  // Not in every Node that runs Aegis.
  zstd:
    typeof zlib.zstdDecompressSync === "function"
      ? {
          decode: (bytes) => zlib.zstdDecompressSync(bytes, zstdCut),
          encode: (bytes) => zlib.zstdCompressSync(bytes),
        }
      : undefined,
};

export interface Unpacked {
  readonly bytes: Uint8Array;
  /** Undefined where nothing was unpacked, or not all of it. */
  readonly pack?: (bytes: Uint8Array) => Uint8Array;
  /** The bytes are those before the damage. */
  readonly isDamaged?: boolean;
  /** There is more in it than is ever looked at, or a coding nobody here reads: what it hides cannot be told. */
  readonly isUnreadable: boolean;
}

/** A body without its content encodings; bytes that are not what their header says are taken as they are. */
export function unpackBody(bytes: Uint8Array, contentEncoding: string): Unpacked {
  const names = contentEncoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  const codings = names.filter((name) => name !== "" && name !== "identity");
  if (codings.length === 0 || bytes.length === 0) return { bytes, isUnreadable: false };
  const codecs = codings.map((name) => (Object.hasOwn(CODECS, name) ? CODECS[name] : undefined));
  if (codecs.some((codec) => codec === undefined)) {
    return { bytes, isUnreadable: codings.some((name) => PACKED.has(name)) };
  }
  const decode = (packed: Uint8Array) => codecs.reduceRight((inner, codec) => codec?.decode(inner) ?? inner, packed);
  try {
    return {
      bytes: decode(bytes),
      pack: (plain) => codecs.reduce((unpacked, codec) => codec?.encode(unpacked) ?? unpacked, plain),
      isUnreadable: false,
    };
  } catch (error) {
    const isTooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    const salvaged = isTooLarge ? undefined : salvage(bytes, decode);
    return salvaged ? { bytes: salvaged, isDamaged: true, isUnreadable: false } : { bytes, isUnreadable: isTooLarge };
  }
}

/** What can be read before the damage; undefined where nothing can: those bytes are not what their header says. */
function salvage(bytes: Uint8Array, decode: (packed: Uint8Array) => Uint8Array): Uint8Array | undefined {
  let best: Uint8Array | undefined;
  let [low, high] = [1, bytes.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    try {
      best = decode(bytes.subarray(0, middle));
      low = middle + 1;
    } catch {
      high = middle;
    }
  }
  return best && best.length > 0 ? best : undefined;
}

/** Gzip inside a text, as bytes of one character each; what cannot be unpacked stays. */
export function withoutGzip(text: string, clean: (inflated: string) => string): string {
  const unpacked = unpackBody(Buffer.from(text, "latin1"), "gzip");
  if (!unpacked.pack) return text;
  const inflated = Buffer.from(unpacked.bytes).toString("latin1");
  const cleaned = clean(inflated);
  return cleaned === inflated ? text : Buffer.from(unpacked.pack(Buffer.from(cleaned, "latin1"))).toString("latin1");
}
