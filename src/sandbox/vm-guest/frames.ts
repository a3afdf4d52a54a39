/** What passes between the host and a guest: length, kind, id, bytes. Both sides read it as written by a stranger. */
export interface Frame {
  readonly kind: number;
  /** Of the run, or of the connection. */
  readonly id: number;
  readonly bytes: Buffer;
}

const HEAD_BYTES = 9;
/** The largest piece either side sends at once; longer things travel in several. */
export const PIECE_BYTES_MAX = 64 * 1024;
/** Orders carry commands, environments and lists of mounts. */
const FRAME_BYTES_MAX = 4 * 1024 * 1024;

/** Host to guest. An empty `file`, `input` or `archive` frame ends its stream. */
export const ORDER = { prepare: 1, file: 2, run: 3, input: 4, kill: 5, collect: 6, refresh: 7 } as const;
/** Guest to host. */
export const ANSWER = {
  ready: 1,
  prepared: 2,
  stdout: 3,
  stderr: 4,
  control: 5,
  ended: 6,
  archive: 7,
  failed: 8,
} as const;
/** Both ways, on the port of the doors. */
export const DOOR = { open: 1, bytes: 2, end: 3, close: 4, credit: 5 } as const;
/** What a sender may have under way on one connection before the receiver gave credit. */
export const DOOR_WINDOW_BYTES = 256 * 1024;

export function encodeFrame(kind: number, id: number, bytes: Uint8Array = new Uint8Array(0)): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + bytes.length);
  frame.writeUInt32BE(bytes.length, 0);
  frame.writeUInt8(kind, 4);
  frame.writeUInt32BE(id, 5);
  frame.set(bytes, HEAD_BYTES);
  return frame;
}

/** Frames that together carry the bytes, then the empty one that ends them. */
export function* encodePieces(kind: number, id: number, bytes: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES_MAX) {
    yield encodeFrame(kind, id, bytes.subarray(at, at + PIECE_BYTES_MAX));
  }
  yield encodeFrame(kind, id);
}

/** Takes pieces as they come and calls back once per whole frame. @throws {Error} for a frame over the limit */
export function frameReader(onFrame: (frame: Frame) => void): (piece: Buffer) => void {
  let parts: Buffer[] = [];
  let length = 0;
  return (piece) => {
    parts.push(piece);
    length += piece.length;
    if (length < neededBytes(parts)) return;
    let rest = parts.length === 1 ? piece : Buffer.concat(parts);
    while (rest.length >= HEAD_BYTES && rest.length >= neededBytes([rest])) {
      const end = neededBytes([rest]);
      onFrame({ kind: rest.readUInt8(4), id: rest.readUInt32BE(5), bytes: rest.subarray(HEAD_BYTES, end) });
      rest = rest.subarray(end);
    }
    parts = rest.length > 0 ? [rest] : [];
    length = rest.length;
  };
}

function neededBytes(parts: readonly Buffer[]): number {
  let head = parts[0] ?? Buffer.alloc(0);
  if (head.length < 4) head = Buffer.concat(parts);
  if (head.length < 4) return HEAD_BYTES;
  const size = head.readUInt32BE(0);
  if (size > FRAME_BYTES_MAX) throw new Error(`a frame of ${size} bytes`);
  return HEAD_BYTES + size;
}
