import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { hostname, release } from "node:os";
import { join } from "node:path";
import type { Accelerator } from "./qemu.ts";
import type { VmPieces } from "./vm-pieces.ts";

/**
 * Hardware where a machine really starts with it: a device that is there may still hang every guest (nested hosts).
 * That it does is remembered for this kernel and this QEMU.
 */
export async function chooseAccelerator<Value>(
  cacheFolder: string,
  { qemu }: VmPieces,
  start: (accelerator: Accelerator) => Promise<Value>,
): Promise<Value> {
  const mark = join(cacheFolder, `no-kvm-${hostname()}-${release()}-${Math.round(statSync(qemu).mtimeMs)}`);
  if (!mayUseKvm() || existsSync(mark)) return await start("tcg");
  try {
    return await start("kvm");
  } catch (error) {
    if ((error as { code?: string }).code !== "sandbox.unavailable") throw error;
    mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
    writeFileSync(mark, `${(error as Error).message}\n`);
    return await start("tcg");
  }
}

/** As root we give QEMU a user who may not open it. */
function mayUseKvm(): boolean {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return process.geteuid?.() !== 0 || (statSync("/dev/kvm").mode & 0o006) === 0o006;
  } catch {
    return false;
  }
}
