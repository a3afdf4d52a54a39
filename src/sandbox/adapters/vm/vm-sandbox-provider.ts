import { homedir } from "node:os";
import { join } from "node:path";
import { closeSync } from "node:fs";
import type { SandboxMount, SandboxProvider } from "../../sandbox.ts";
import { chooseAccelerator } from "./choose-accelerator.ts";
import { guestImage } from "./guest-image.ts";
import { type MountDrive, mountDrive } from "./mount-drive.ts";
import { openSocketFolder } from "./socket-folder.ts";
import { openPool } from "./vm-pool.ts";
import { requirePieces } from "./vm-pieces.ts";
import { openVmSandbox } from "./vm-sandbox.ts";
import { openTemplate } from "./vm-template.ts";

export interface VmSandboxOptions {
  /** Where kernels, images and templates are kept; a folder of ours. */
  readonly cacheFolder?: string;
  /** Of each machine. It costs only what is used. */
  readonly memoryBytes?: number;
  /** Idle machines kept ready. */
  readonly pool?: number;
  /** A root folder, or an archive of one, that programs find below what Aegis needs. */
  readonly root?: string;
  /** Building the image and the template takes a while the first time: what is being done. */
  readonly onProgress?: (message: string) => void;
}

/**
 * Each sandbox is a virtual machine of its own, restored from a template in a fraction of a second: own kernel, own
 * memory, no network card, nothing of the host but mounts and doors.
 */
export function vmSandboxProvider(options: VmSandboxOptions = {}): SandboxProvider {
  let opening: ReturnType<typeof prepare> | undefined;
  // Whoever opens many sandboxes with one list means what lay there at the first: thousands of files are looked at once.
  const drives = new WeakMap<readonly SandboxMount[], Promise<MountDrive>>();
  const driveOf = (mounts: readonly SandboxMount[], tools: Parameters<typeof mountDrive>[1]) => {
    const making = drives.get(mounts) ?? mountDrive(mounts, tools);
    drives.set(mounts, making);
    // A disk that was full has room again.
    making.catch(() => drives.delete(mounts));
    return making;
  };
  return {
    level: "vm",
    abilities: { killsWholeTree: true, diesWithParent: true, network: "doors", limitsWholeTree: true, canSeed: true },
    async open(sandbox) {
      opening ??= prepare(options).catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      const { template, pool, pieces, cacheFolder } = await opening;
      const mounts = sandbox.mounts ?? [];
      const drive = mounts.length === 0 ? undefined : await driveOf(mounts, { cacheFolder, ...pieces });
      const machine = await pool.take({
        image: drive?.image ?? template.emptyDrive,
        mounts: drive?.mounts ?? [],
      });
      try {
        return await openVmSandbox(machine, sandbox, template);
      } catch (error) {
        await machine.end("the sandbox could not be opened");
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      const opened = await opening?.catch(() => undefined);
      if (!opened) return;
      await opened.pool.close();
      await opened.sockets[Symbol.asyncDispose]();
      closeSync(opened.template.memoryFd);
      opening = undefined;
    },
  };
}

async function prepare({ memoryBytes = 1024 ** 3, pool = 0, root, ...options }: VmSandboxOptions) {
  const pieces = requirePieces();
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
  const onProgress = options.onProgress ?? (() => undefined);
  const image = await guestImage({ cacheFolder, pieces, root, onProgress });
  const template = await chooseAccelerator(
    cacheFolder,
    pieces,
    async (accelerator) => await openTemplate({ cacheFolder, pieces, image, accelerator, memoryBytes, onProgress }),
  );
  const sockets = openSocketFolder();
  return {
    template,
    pieces,
    cacheFolder,
    sockets,
    pool: openPool(template, { pieces, socketFolder: sockets.path }, pool),
  };
}

export function defaultCacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "aegis");
}
