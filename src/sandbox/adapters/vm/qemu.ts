import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import type { VmPieces } from "./vm-pieces.ts";

export type Accelerator = "kvm" | "tcg";

/** Drives have one size for all machines of a template: the guest learnt it when it started. */
export const MOUNT_DRIVE_BYTES = 16 * 1024 ** 3;
/** Nobody's, on every Debian: what QEMU runs as when we are root. */
export const UNPRIVILEGED_ID = 65_534;

export interface QemuOptions {
  readonly pieces: VmPieces;
  readonly accelerator: Accelerator;
  readonly memoryBytes: number;
  /** An open file that becomes the guest's memory; written to only when shared. */
  readonly memory: { readonly fd: number; readonly isShared: boolean };
  readonly root: string;
  readonly mounts: string;
  /** A folder that QEMU's user may write to; it need not be able to reach it by its path. */
  readonly socketFolder: string;
  /** A first start has a kernel; a restored machine has it in its memory. */
  readonly boot?: { readonly kernel: string; readonly initrd: string };
}

export interface Qemu {
  readonly child: ChildProcess;
  readonly monitor: Socket;
  readonly control: Socket;
  readonly doors: Socket;
  readonly exited: Promise<void>;
  /** The end of what it complained about, and of what the guest's console said. */
  complaint(): string;
}

const [MONITOR, CONTROL, DOORS, MEMORY, ROOT, MOUNTS, SOCKETS, KERNEL, INITRD] = [3, 4, 5, 6, 7, 8, 9, 10, 11];

/**
 * One QEMU whose files and channels are open files it inherits, its user owns none of
 * them, it may not start programs, and it dies with us.
 */
export function startQemu(options: QemuOptions): Qemu {
  const opened: number[] = [];
  const open = (path: string) => {
    const fd = openSync(path, "r");
    opened.push(fd);
    return fd;
  };
  try {
    const { boot, memory } = options;
    const stdio = ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"] as ("ignore" | "pipe" | number)[];
    stdio.push(
      memory.fd,
      open(options.root),
      open(options.mounts),
      open(options.socketFolder),
      ...(boot ? [open(boot.kernel), open(boot.initrd)] : []),
    );
    const isRoot = process.geteuid?.() === 0;
    const drop = isRoot
      ? ["--reuid", String(UNPRIVILEGED_ID), "--regid", String(UNPRIVILEGED_ID), "--clear-groups"]
      : [];
    const words = [...drop, "--no-new-privs", "--pdeathsig", "KILL", "--", options.pieces.qemu, ...qemuWords(options)];
    const child = spawn(options.pieces.setpriv, words, { stdio, env: {}, cwd: "/" });
    return attach(child);
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}

/** A socket of that folder as QEMU names it. */
export function socketAddress(name: string): string {
  return `unix:/proc/self/fd/${SOCKETS}/${name}`;
}

function attach(child: ChildProcess): Qemu {
  let complaint = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (piece: Buffer) => (complaint = (complaint + piece.toString("latin1")).slice(-2_000)));
    stream?.on("error", () => undefined);
  }
  const exited = new Promise<void>((done) => {
    child.once("exit", () => done());
    child.once("error", () => done());
  });
  const [monitor, control, doors] = [MONITOR, CONTROL, DOORS].map((fd) => child.stdio[fd ?? 0] as Socket);
  for (const channel of [monitor, control, doors]) channel?.on("error", () => undefined);
  return { child, monitor: monitor!, control: control!, doors: doors!, exited, complaint: () => complaint };
}

function qemuWords({ accelerator, memoryBytes, memory, boot }: QemuOptions): string[] {
  const size = `${Math.round(memoryBytes / 1024 ** 2)}M`;
  const kernelWords = `console=ttyS0 quiet panic=-1 reboot=t tsc_early_khz=${clockKhz()} tsc=reliable mitigations=off random.trust_cpu=on`;
  const file = (fd: number | undefined) => `/proc/self/fd/${fd}`;
  const drive = (id: string, fd: number | undefined) => [
    "-drive",
    `id=${id},if=none,format=raw,readonly=on,file.locking=off,file=${file(fd)}`,
    "-device",
    `virtio-blk-device,drive=${id}`,
  ];
  return [
    "-M",
    "microvm,memory-backend=memory",
    "-m",
    size,
    "-nodefaults",
    "-no-user-config",
    "-nographic",
    "-no-reboot",
    ...(accelerator === "kvm" ? ["-accel", "kvm", "-cpu", "host"] : ["-accel", "tcg,tb-size=32", "-cpu", "max"]),
    "-object",
    `memory-backend-file,id=memory,size=${size},mem-path=${file(MEMORY)},share=${memory.isShared ? "on" : "off"}`,
    "-sandbox",
    "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
    "-chardev",
    `socket,id=monitor,fd=${MONITOR}`,
    "-mon",
    "chardev=monitor,mode=control",
    ...(boot
      ? ["-kernel", file(KERNEL), "-initrd", file(INITRD), "-append", kernelWords, "-serial", "stdio"]
      : ["-serial", "null", "-incoming", "defer"]),
    "-device",
    "virtio-serial-device,max_ports=4",
    "-chardev",
    `socket,id=control,fd=${CONTROL}`,
    "-device",
    "virtserialport,chardev=control,nr=1",
    "-chardev",
    `socket,id=doors,fd=${DOORS}`,
    "-device",
    "virtserialport,chardev=doors,nr=2",
    ...drive("root", ROOT),
    ...drive("mounts", MOUNTS),
  ];
}

/** Told to the guest: on a busy machine it would measure its clock wrong, and hang. */
function clockKhz(): number {
  const megahertz = Number(/^cpu MHz\s*:\s*([\d.]+)/m.exec(readFileSync("/proc/cpuinfo", "latin1"))?.[1] ?? 2_000);
  return Math.round(megahertz * 1_000);
}
