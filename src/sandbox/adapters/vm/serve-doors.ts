import { connect } from "node:net";
import { type Carried, carryConnection } from "../../vm-guest/carry-connection.ts";
import { DOOR, encodeFrame, type Frame } from "../../vm-guest/frames.ts";
import type { Machine } from "./restore-machine.ts";

/** Far above what an agent opens at a time; more are refused. */
const CONNECTIONS_MAX = 1_024;

/** The host's half of the doors: connections to the ports that were asked for, and to no other. */
export function serveDoors(machine: Machine, doors: readonly number[]): void {
  const carried = new Map<number, Carried>();
  const refuse = (id: number) => machine.door(encodeFrame(DOOR.close, id));
  const open = ({ id, bytes }: Frame) => {
    const port = bytes.length === 2 ? bytes.readUInt16BE() : 0;
    if (!doors.includes(port) || carried.size >= CONNECTIONS_MAX || carried.has(id)) return refuse(id);
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const onClosed = () => void carried.delete(id);
    const onOverrun = () => void machine.end("the guest sent more through a door than it may");
    carried.set(id, carryConnection(socket, { id, write: (frame) => machine.door(frame), onClosed, onOverrun }));
  };
  machine.onDoor((frame) => {
    if (frame.kind === DOOR.open) open(frame);
    else carried.get(frame.id)?.take(frame);
  });
  void machine.ended.then(() => {
    for (const { close } of carried.values()) close();
  });
}
