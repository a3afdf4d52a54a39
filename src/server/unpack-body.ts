import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { AegisError } from "../kernel/index.ts";

interface UnpackLimits {
  readonly maxOutputLength: number;
  readonly chunkSize: number;
}
type Unpack = (bytes: Uint8Array, limits: UnpackLimits) => Promise<Uint8Array>;

const UNPACK: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};
const CODINGS_MAX = 3;
/** Bodies up to here are unpacked side by side. */
const SMALL_BYTES_MAX = 8 * 1024 * 1024;
/** Pieces to unpack into: few and large ones are given back to the system as soon as they are let go of. */
const PIECE_BYTES = { small: 64 * 1024, large: 4 * 1024 * 1024 };

export interface PackedBody {
  readonly bytes: Uint8Array;
  /** As in the header: the last one named was put on last. */
  readonly contentEncoding: string;
  /** Unpacked. */
  readonly bytesMax: number;
}

/**
 * For bodies that anybody may send: what becomes large when it is unpacked waits until the large one before it has been used,
 * so that many at a time take no more memory than one.
 */
export function createUnpacking(): <Result>(
  body: PackedBody,
  use: (plain: Uint8Array) => Promise<Result>,
) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return async (body, use) => {
    const small = await unpackBody({ ...body, bytesMax: Math.min(SMALL_BYTES_MAX, body.bytesMax) }).catch(orTooLarge);
    if (small !== undefined && small.length <= SMALL_BYTES_MAX) return await use(small);
    const turn = last.then(async () => await use(await unpackBody(body)));
    last = turn.catch(() => undefined);
    return await turn;
  };
}

function orTooLarge(error: unknown): undefined {
  if (!(error instanceof AegisError) || error.code !== "request.too_large") throw error;
}

/**
 * A body without its content codings.
 * @throws {AegisError} "request.bad_encoding" for one nobody here reads, or bytes that are none; "request.too_large"
 */
async function unpackBody({ bytes, contentEncoding, bytesMax }: PackedBody): Promise<Uint8Array> {
  const codings = contentEncoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (codings.length > CODINGS_MAX) throw badEncoding(`more than ${CODINGS_MAX} content codings`);
  const chunkSize = bytesMax > SMALL_BYTES_MAX ? PIECE_BYTES.large : PIECE_BYTES.small;
  let plain = bytes;
  for (const coding of codings.toReversed()) {
    const unpack = Object.hasOwn(UNPACK, coding) ? UNPACK[coding] : undefined;
    if (unpack === undefined) throw badEncoding(`Content-Encoding ${coding} is not read here`);
    plain = await unpack(plain, { maxOutputLength: bytesMax, chunkSize }).catch((cause: unknown) => {
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
