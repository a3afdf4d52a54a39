import { createHash } from "node:crypto";
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildTemplate, type Manifest, TEMPLATE_VERSION } from "./build-template.ts";
import { cached } from "./cached-folder.ts";
import type { GuestImage } from "./guest-image.ts";
import { type Accelerator, MOUNT_DRIVE_BYTES } from "./qemu.ts";
import { sealMemory } from "./sealed-memory.ts";
import { unavailable, type VmPieces } from "./vm-pieces.ts";

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
