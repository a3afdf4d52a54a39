import { createServer, type Socket } from "node:net";
import { DOOR, encodeFrame, type Frame } from "./frames.ts";
import { type Carried, carryConnection } from "./carry-connection.ts";

/** The guest's half: listens on the doors' ports and carries each connection over the one port to the host. */
export function carryDoors(write: (frame: Uint8Array) => void): {
  openDoor(port: number): Promise<void>;
  onFrame(frame: Frame): void;
} {
  const carried = new Map<number, Carried>();
  let lastId = 0;
  const accept = (socket: Socket, port: number) => {
    lastId += 1;
    const id = lastId;
    const number = Buffer.alloc(2);
    number.writeUInt16BE(port);
    write(encodeFrame(DOOR.open, id, number));
    carried.set(id, carryConnection(socket, { id, write, onClosed: () => void carried.delete(id) }));
  };
  return {
    openDoor: async (port) => {
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: false }, (socket) => accept(socket, port));
      await new Promise<void>((done, fail) => {
        server.once("error", fail);
        server.listen(port, "127.0.0.1", done);
      });
    },
    onFrame: (frame) => carried.get(frame.id)?.take(frame),
  };
}
