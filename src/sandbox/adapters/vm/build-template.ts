import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  fchmodSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { ANSWER, frameReader } from "../../vm-guest/frames.ts";
import { IGNORE_SHARED, type MachineMonitor, openMonitor } from "./machine-monitor.ts";
import { type Qemu, type QemuOptions, socketAddress, startQemu } from "./qemu.ts";
import { type Extent, packMemory } from "./sealed-memory.ts";
import { openSocketFolder } from "./socket-folder.ts";
import { unavailable } from "./vm-pieces.ts";

/** Raised when templates of before cannot be used any more. */
export const TEMPLATE_VERSION = 1;
const BOOT_MS = { kvm: 20_000, tcg: 120_000 } as const;
const BOOT_TRIES = 3;

export interface Manifest {
  readonly version: number;
  readonly extents: readonly Extent[];
  readonly memorySha256: string;
  readonly stateSha256: string;
}

interface BuildOptions extends Pick<QemuOptions, "pieces" | "accelerator" | "memoryBytes"> {
  readonly image: { readonly kernel: string; readonly initrd: string; readonly root: string };
  readonly emptyDrive: string;
  onProgress(message: string): void;
}

/**
 * Starts a machine, waits until its supervisor is ready, and keeps its memory and its state.
 *
 * @throws {AegisError} "sandbox.unavailable"
 */
export async function buildTemplate(made: string, options: BuildOptions): Promise<void> {
  const raw = join(made, "raw");
  for (let attempt = 1; ; attempt += 1) {
    options.onProgress(`starting the template's machine (${options.accelerator})`);
    try {
      await bootOnce(made, raw, options);
      break;
    } catch (cause) {
      if (attempt < BOOT_TRIES && options.accelerator === "tcg") continue;
      throw unavailable(`no virtual machine starts here: ${(cause as Error).message}`, undefined, cause);
    }
  }
  const { extents, sha256 } = packMemory(raw, join(made, "memory"));
  rmSync(raw);
  const stateSha256 = createHash("sha256")
    .update(readFileSync(join(made, "state")))
    .digest("hex");
  const manifest: Manifest = { version: TEMPLATE_VERSION, extents, memorySha256: sha256, stateSha256 };
  writeFileSync(join(made, "manifest.json"), JSON.stringify(manifest), { mode: 0o600 });
}

async function bootOnce(made: string, raw: string, options: BuildOptions): Promise<void> {
  const { image, emptyDrive, ...rest } = options;
  rmSync(join(made, "state"), { force: true });
  const memoryFd = openEmpty(raw);
  await using place = openSocketFolder();
  let qemu: Qemu | undefined;
  try {
    ftruncateSync(memoryFd, options.memoryBytes);
    const memory = { fd: memoryFd, isShared: true };
    qemu = startQemu({ ...rest, socketFolder: place.path, memory, root: image.root, mounts: emptyDrive, boot: image });
    await untilReady(qemu, BOOT_MS[options.accelerator]);
    await saveState(qemu, join(made, "state"), place.path).catch((error: Error) => {
      throw new Error(`${error.message}: ${qemu?.complaint().trim().slice(-500)}`, { cause: error });
    });
  } finally {
    qemu?.child.kill("SIGKILL");
    await qemu?.exited;
    closeSync(memoryFd);
  }
}

/** Writable for QEMU's user, who reaches it through our open file only: the folder is closed to others. */
function openEmpty(path: string): number {
  rmSync(path, { force: true });
  const fd = openSync(path, "wx+");
  fchmodSync(fd, 0o666);
  return fd;
}

async function untilReady(qemu: Qemu, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((done, fail) => {
      const why = (what: string) => fail(new Error(`${what}: ${qemu.complaint().trim().slice(-500)}`));
      timer = setTimeout(() => why(`not ready within ${timeoutMs} ms`), timeoutMs);
      void qemu.exited.then(() => why("it ended"));
      const read = frameReader(({ kind }) => kind === ANSWER.ready && done());
      qemu.control.on("data", read);
    });
  } finally {
    clearTimeout(timer);
    qemu.control.removeAllListeners("data");
  }
}

/**
 * The machine's state travels over a socket; its memory stays where it is. It is not stopped before: what was running
 * when it was saved runs by itself when it is restored.
 */
async function saveState(qemu: Qemu, path: string, socketFolder: string): Promise<void> {
  const monitor = openMonitor(qemu.monitor);
  const socket = join(socketFolder, "save");
  const server = createServer();
  await new Promise<void>((done) => void server.listen(socket, done));
  chmodSync(socket, 0o666);
  const connected = once(server, "connection") as Promise<[Socket]>;
  try {
    await monitor.execute("qmp_capabilities");
    await monitor.execute("migrate-set-capabilities", IGNORE_SHARED);
    await monitor.execute("migrate", { uri: socketAddress("save") });
    const [connection] = await connected;
    const [bytes] = await Promise.all([buffer(connection), untilSaved(monitor)]);
    writeFileSync(path, bytes, { flag: "wx", mode: 0o600 });
  } finally {
    server.close();
  }
}

async function untilSaved(monitor: MachineMonitor): Promise<void> {
  for (;;) {
    const { status } = (await monitor.execute("query-migrate")) as { status?: string };
    if (status === "completed") return;
    if (status === "failed") throw new Error("QEMU cannot save the machine's state");
    await new Promise((done) => setTimeout(done, 20));
  }
}
