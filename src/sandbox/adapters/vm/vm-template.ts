import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { ANSWER, frameReader } from "../../vm-guest/frames.ts";
import { cached } from "./cached-folder.ts";
import type { GuestImage } from "./guest-image.ts";
import { IGNORE_SHARED, type MachineMonitor, openMonitor } from "./machine-monitor.ts";
import { type Accelerator, MOUNT_DRIVE_BYTES, type Qemu, startQemu } from "./qemu.ts";
import { type Extent, packMemory, sealMemory } from "./sealed-memory.ts";
import { openSocketFolder } from "./socket-folder.ts";
import { unavailable, type VmPieces } from "./vm-pieces.ts";

const TEMPLATE_VERSION = 1;
const BOOT_MS = { kvm: 20_000, tcg: 120_000 } as const;
const BOOT_TRIES = 3;

/** A machine that has started and stands still, from which all others begin. */
export interface VmTemplate {
  readonly key: string;
  readonly accelerator: Accelerator;
  readonly memoryBytes: number;
  readonly memoryFd: number;
  readonly state: Buffer;
  readonly root: string;
  /** A drive for machines without mounts. */
  readonly emptyDrive: string;
}

interface TemplateOptions {
  readonly cacheFolder: string;
  readonly pieces: VmPieces;
  readonly image: GuestImage;
  readonly accelerator: Accelerator;
  readonly memoryBytes: number;
  onProgress(message: string): void;
}

interface Manifest {
  readonly version: number;
  readonly extents: readonly Extent[];
  readonly memorySha256: string;
  readonly stateSha256: string;
}

/** @throws {AegisError} "sandbox.unavailable" when no machine starts here, or the cache is somebody else's */
export async function openTemplate(options: TemplateOptions): Promise<VmTemplate> {
  const { cacheFolder, pieces, image, accelerator, memoryBytes, onProgress } = options;
  const { size, mtimeMs } = statSync(pieces.qemu);
  const parts = [TEMPLATE_VERSION, image.key, size, mtimeMs, accelerator, memoryBytes].join(" ");
  const key = createHash("sha256").update(parts).digest("hex").slice(0, 24);
  const folder = join(cacheFolder, "templates", key);
  const emptyDrive = makeEmptyDrive(cacheFolder);
  for (let attempt = 1; ; attempt += 1) {
    assertOurs(folder);
    await cached(folder, async (made) => await buildTemplate(made, { ...options, emptyDrive }));
    const sealed = await loadTemplate(folder, pieces.perl, memoryBytes);
    if (sealed !== undefined) {
      return {
        key,
        accelerator,
        memoryBytes,
        memoryFd: sealed,
        state: readFileSync(join(folder, "state")),
        root: image.root,
        emptyDrive,
      };
    }
    if (attempt === 2)
      throw unavailable(`the template ${folder} cannot be read back`, "Check the disk, and remove the folder.");
    onProgress("the template is damaged and is built anew");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What others may write, others may have written: it would run as the guest of everybody. */
function assertOurs(folder: string): void {
  for (const path of [folder, join(folder, "memory"), join(folder, "state"), join(folder, "manifest.json")]) {
    if (!existsSync(path)) continue;
    const { uid, mode } = statSync(path);
    if (uid === process.geteuid?.() && (mode & 0o022) === 0) continue;
    throw unavailable(`${path} is not only ours to write`, "Remove it: it is built anew.");
  }
}

async function loadTemplate(folder: string, perl: string, memoryBytes: number): Promise<number | undefined> {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
    const stateSha256 = createHash("sha256")
      .update(readFileSync(join(folder, "state")))
      .digest("hex");
    if (manifest.version !== TEMPLATE_VERSION || manifest.stateSha256 !== stateSha256) return undefined;
    const { fd, sha256 } = await sealMemory(join(folder, "memory"), { perl, extents: manifest.extents, memoryBytes });
    if (sha256 === manifest.memorySha256) return fd;
    closeSync(fd);
    return undefined;
  } catch (error) {
    if ((error as { code?: string }).code === "sandbox.unavailable") throw error;
    return undefined;
  }
}

async function buildTemplate(made: string, options: TemplateOptions & { emptyDrive: string }): Promise<void> {
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

async function bootOnce(made: string, raw: string, options: TemplateOptions & { emptyDrive: string }): Promise<void> {
  const { image, emptyDrive, ...rest } = options;
  rmSync(join(made, "state"), { force: true });
  const memoryFd = openEmpty(raw);
  let qemu: Qemu | undefined;
  try {
    ftruncateSync(memoryFd, options.memoryBytes);
    const memory = { fd: memoryFd, isShared: true };
    qemu = startQemu({ ...rest, memory, root: image.root, mounts: emptyDrive, boot: image });
    await untilReady(qemu, BOOT_MS[options.accelerator]);
    await saveState(qemu, join(made, "state")).catch((error: Error) => {
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
async function saveState(qemu: Qemu, path: string): Promise<void> {
  const monitor = openMonitor(qemu.monitor);
  await using place = openSocketFolder();
  const socket = join(place.path, "save");
  const server = createServer();
  await new Promise<void>((done) => void server.listen(socket, done));
  chmodSync(socket, 0o666);
  const connected = once(server, "connection") as Promise<[Socket]>;
  try {
    await monitor.execute("qmp_capabilities");
    await monitor.execute("migrate-set-capabilities", IGNORE_SHARED);
    await monitor.execute("migrate", { uri: `unix:${socket}` });
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

function makeEmptyDrive(cacheFolder: string): string {
  const path = join(cacheFolder, "empty-drive");
  mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
  if (!existsSync(path)) {
    const fd = openSync(path, "a", 0o644);
    ftruncateSync(fd, MOUNT_DRIVE_BYTES);
    closeSync(fd);
  }
  return path;
}
