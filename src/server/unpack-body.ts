import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { AegisError } from "../kernel/index.ts";

type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

const UNPACK: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};
const CODINGS_MAX = 3;

/**
 * A body without its content codings.
 * @param contentEncoding as in the header: the last one named was put on last
 * @throws {AegisError} "request.bad_encoding" for one nobody here reads, or bytes that are none; "request.too_large"
 */
export async function unpackBody(
  bytes: Uint8Array,
  { contentEncoding, bytesMax }: { readonly contentEncoding: string; readonly bytesMax: number },
): Promise<Uint8Array> {
  const codings = contentEncoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (codings.length > CODINGS_MAX) throw badEncoding(`more than ${CODINGS_MAX} content codings`);
  let plain = bytes;
  for (const coding of codings.toReversed()) {
    const unpack = Object.hasOwn(UNPACK, coding) ? UNPACK[coding] : undefined;
    if (unpack === undefined) throw badEncoding(`Content-Encoding ${coding} is not read here`);
    plain = await unpack(plain, { maxOutputLength: bytesMax }).catch((cause: unknown) => {
      if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(bytesMax);
      throw badEncoding(`The body is no ${coding}`, cause);
    });
  }
  return plain;
}

function badEncoding(message: string, cause?: unknown): AegisError {
  return new AegisError("request.bad_encoding", message, { cause });
}

function tooLarge(bytesMax: number): AegisError {
  return new AegisError("request.too_large", `The body unpacks to more than ${bytesMax} bytes`, {
    details: { bytesMax },
  });
}
