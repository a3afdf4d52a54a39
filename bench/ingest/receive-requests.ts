import { once } from "node:events";
import { connect } from "node:net";

export interface Received {
  /** Written over once so many other requests have come as are taken at once. */
  readonly bytes: Uint8Array;
  /** Traces that ended with it. */
  readonly endedCount: number;
}

const HEAD_BYTES = 8;
/** Shorter than any request, so that no two are whole with one piece. */
const PIECE_BYTES = 256 * 1024;
const REQUEST_BYTES_MAX = 8 * 1024 * 1024;

/**
 * What `send-requests` writes, request by request, into the same memory again and again: what is measured is what becomes of
 * requests, not how they came.
 *
 * @param path of the socket where the sender listens
 * @param takenAtOnce requests that are in use while the next one comes
 */
export async function* receiveRequests(path: string, takenAtOnce: number): AsyncGenerator<Received> {
  // Beside those in use one waits to be taken and one is being written.
  const buffers = Array.from({ length: takenAtOnce + 2 }, () => Buffer.alloc(REQUEST_BYTES_MAX));
  let whole: Received[] = [];
  let [count, size] = [0, 0];
  let tell = () => {};
  const stream = connect({
    path,
    onread: {
      buffer: Buffer.alloc(PIECE_BYTES),
      callback(length, piece) {
        for (let at = 0; at < length;) {
          const request = buffers[count % buffers.length]!;
          const end = size < HEAD_BYTES ? HEAD_BYTES : HEAD_BYTES + request.readUInt32LE(0);
          const until = Math.min(length, at + end - size);
          request.set(piece.subarray(at, until), size);
          size += until - at;
          at = until;
          if (size === HEAD_BYTES || size < end) continue;
          whole.push({ bytes: request.subarray(HEAD_BYTES, end), endedCount: request.readUInt32LE(4) });
          [count, size] = [count + 1, 0];
        }
        tell();
        return whole.length === 0;
      },
    },
  });
  const closed = once(stream, "close");
  try {
    for (;;) {
      const more = new Promise<"more">((resolve) => (tell = () => resolve("more")));
      stream.resume();
      if (whole.length === 0 && (await Promise.race([more, closed])) !== "more") return;
      const some = whole;
      whole = [];
      yield* some;
    }
  } finally {
    stream.destroy();
  }
}
