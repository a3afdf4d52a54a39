import type { Socket } from "node:net";
import { DOOR, DOOR_WINDOW_BYTES, encodeFrame, type Frame, PIECE_BYTES_MAX } from "./frames.ts";

export interface Carried {
  take(frame: Frame): void;
  close(): void;
}

interface Carrier {
  readonly id: number;
  write(frame: Uint8Array): void;
  onClosed(): void;
  /** The other side sent more than it had credit for. */
  onOverrun?(): void;
}

/** One connection over a shared channel, the same on both sides: bytes with credit, half-closes, the end. */
export function carryConnection(socket: Socket, { id, write, onClosed, onOverrun }: Carrier): Carried {
  let credit = DOOR_WINDOW_BYTES;
  let unread = 0;
  let isClosed = false;
  socket.setNoDelay(true);
  socket.on("data", (piece: Buffer) => {
    for (let at = 0; at < piece.length; at += PIECE_BYTES_MAX) {
      write(encodeFrame(DOOR.bytes, id, piece.subarray(at, at + PIECE_BYTES_MAX)));
    }
    credit -= piece.length;
    // One piece of the socket's own size may pass the window: the receiver allows for it.
    if (credit <= 0) socket.pause();
  });
  socket.on("end", () => !isClosed && write(encodeFrame(DOOR.end, id)));
  socket.on("error", () => undefined);
  socket.on("close", () => {
    if (!isClosed) write(encodeFrame(DOOR.close, id));
    isClosed = true;
    onClosed();
  });
  const takeBytes = (bytes: Buffer) => {
    unread += bytes.length;
    if (unread > 2 * DOOR_WINDOW_BYTES) return onOverrun?.();
    socket.write(Buffer.from(bytes), () => {
      unread -= bytes.length;
      const given = Buffer.alloc(4);
      given.writeUInt32BE(bytes.length);
      if (!isClosed) write(encodeFrame(DOOR.credit, id, given));
    });
  };
  const close = () => {
    isClosed = true;
    socket.destroy();
  };
  return {
    close,
    take: ({ kind, bytes }) => {
      if (kind === DOOR.bytes) return takeBytes(bytes);
      if (kind === DOOR.end) return void socket.end();
      if (kind === DOOR.close) return socket.writableLength > 0 ? socket.destroySoon() : close();
      if (kind === DOOR.credit && bytes.length === 4) {
        credit = Math.min(DOOR_WINDOW_BYTES, credit + bytes.readUInt32BE());
        if (credit > 0) socket.resume();
      }
    },
  };
}
