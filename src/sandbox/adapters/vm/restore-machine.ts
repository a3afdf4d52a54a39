import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { DOOR, encodeFrame, type Frame, frameReader } from "../../vm-guest/frames.ts";
import { IGNORE_SHARED, lost, openMonitor } from "./machine-monitor.ts";
import { type Qemu, socketAddress, startQemu } from "./qemu.ts";
import type { VmPieces } from "./vm-pieces.ts";
import type { VmTemplate } from "./vm-template.ts";

/** Far above what a restore takes on a busy machine; a hung one is given up and tried again. */
const RESTORE_MS = 15_000;
const TRIES = 3;

export interface RestorePlace {
  readonly pieces: VmPieces;
  /** The drive with the mounts. */
  readonly mounts: string;
  readonly socketFolder: string;
}

/** A restored machine and its two channels of frames. Whatever breaks the rules of a channel ends the machine. */
export interface Machine {
  readonly ended: Promise<string>;
  readonly isAlive: () => boolean;
  readonly pid: number;
  order(kind: number, id: number, bytes?: Uint8Array): void;
  /** A frame that is encoded already. */
  send(frame: Uint8Array): void;
  onAnswer(listener: ((frame: Frame) => void) | undefined): void;
  door(frame: Uint8Array): void;
  onDoor(listener: (frame: Frame) => void): void;
  /** Ends it at once. */
  end(why: string): Promise<void>;
}

/** @throws {AegisError} "sandbox.lost" when it does not come up, tried thrice */
export async function restoreMachine(template: VmTemplate, place: RestorePlace): Promise<Machine> {
  for (let attempt = 1; ; attempt += 1) {
    const memory = { fd: template.memoryFd, isShared: false };
    const qemu = startQemu({ ...template, ...place, memory });
    try {
      await untilRunning(qemu, template.state, place.socketFolder);
      return toMachine(qemu);
    } catch (error) {
      qemu.child.kill("SIGKILL");
      await qemu.exited;
      if (attempt === TRIES) throw lost(`${(error as Error).message}: ${qemu.complaint().trim().slice(-500)}`);
    }
  }
}

async function untilRunning(qemu: Qemu, state: Buffer, socketFolder: string): Promise<void> {
  const monitor = openMonitor(qemu.monitor);
  const name = randomUUID();
  const path = join(socketFolder, name);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(lost(`no virtual machine within ${RESTORE_MS} ms`)), RESTORE_MS);
    void qemu.exited.then(() => fail(lost("the virtual machine ended as it began")));
  });
  try {
    // Written at once: QEMU takes them in turn.
    const steps = [
      monitor.execute("qmp_capabilities"),
      monitor.execute("migrate-set-capabilities", IGNORE_SHARED),
      monitor.execute("migrate-incoming", { uri: socketAddress(name) }),
    ];
    await Promise.race([Promise.all(steps), late]);
    const socket = connect(path).on("error", () => undefined);
    socket.end(state);
    await Promise.race([once(socket, "close"), late]);
  } finally {
    late.catch(() => undefined);
    clearTimeout(timer);
    rmSync(path, { force: true });
  }
}

function toMachine(qemu: Qemu): Machine {
  let onAnswer: ((frame: Frame) => void) | undefined;
  let onDoor: (frame: Frame) => void = ({ id }) => void qemu.doors.write(encodeFrame(DOOR.close, id));
  let reason = "the virtual machine ended";
  let isAlive = true;
  const ended = qemu.exited.then(() => {
    isAlive = false;
    return reason;
  });
  const end = async (why: string) => {
    if (isAlive) reason = why;
    qemu.child.kill("SIGKILL");
    for (const channel of [qemu.monitor, qemu.control, qemu.doors]) channel.destroy();
    await ended;
  };
  const guarded = (take: (piece: Buffer) => void) => (piece: Buffer) => {
    try {
      take(piece);
    } catch (error) {
      void end(`the guest broke the channel: ${(error as Error).message}`);
    }
  };
  qemu.control.on("data", guarded(frameReader((frame) => onAnswer?.(frame))));
  qemu.doors.on("data", guarded(frameReader((frame) => onDoor(frame))));
  return {
    ended,
    end,
    isAlive: () => isAlive,
    pid: qemu.child.pid ?? 0,
    order: (kind, id, bytes) => void qemu.control.write(encodeFrame(kind, id, bytes)),
    send: (frame) => void qemu.control.write(frame),
    onAnswer: (listener) => (onAnswer = listener),
    door: (frame) => void qemu.doors.write(frame),
    onDoor: (listener) => (onDoor = listener),
  };
}
