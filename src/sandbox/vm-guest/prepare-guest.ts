import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { GuestKeeper } from "./guest-keeper.ts";
import type { PrepareOrder } from "./orders.ts";
import { seededBytes } from "./seeded-environment.ts";

/** Programs are this user. */
export const USER_ID = 1_000;
const MOUNTS = "/run/aegis-mounts";
// Of mount(2).
const READ_ONLY = 1;
const NO_SETUID = 2;
const NO_DEVICES = 4;
const BIND = 4_096;

/** Makes this clone one of its own: randomness and clock. The first order after a restore. */
export async function refreshGuest({ timeMs, entropy }: { timeMs: number; entropy: string }, keeper: GuestKeeper) {
  const nanoseconds = Math.floor((timeMs % 1_000) * 1e6);
  await keeper.ask("refresh", String(Math.floor(timeMs / 1_000)), String(nanoseconds), entropy);
}

/** What one sandbox asks for: workspace, mounts, a seed. */
export async function prepareGuest(order: PrepareOrder, keeper: GuestKeeper): Promise<void> {
  mkdirSync(order.workspace, { recursive: true });
  const room = `size=${order.workspaceBytes},nr_inodes=${order.filesMax * 4},mode=0755,uid=${USER_ID},gid=${USER_ID}`;
  await keeper.ask("mount", "workspace", order.workspace, "tmpfs", String(NO_SETUID | NO_DEVICES), room);
  if (order.mounts.length > 0) await bindMounts(order, keeper);
  // A Node that lies in a folder of the guest's own, /tmp say, is not to be seen there.
  if (!existsSync(order.nodePath)) {
    mkdirSync(dirname(order.nodePath), { recursive: true });
    writeFileSync(order.nodePath, "");
    await bind("/aegis/node", order.nodePath, keeper);
  }
  if (order.seed !== undefined) await seedDevices(order.seed, keeper);
}

async function bindMounts({ mounts, nodePath }: PrepareOrder, keeper: GuestKeeper): Promise<void> {
  mkdirSync(MOUNTS, { recursive: true });
  await keeper.ask("mount", "/dev/vdb", MOUNTS, "squashfs", String(READ_ONLY | NO_SETUID | NO_DEVICES), "");
  for (const { path, isFile } of mounts) {
    mkdirSync(isFile ? dirname(path) : path, { recursive: true });
    if (isFile && !existsSync(path)) writeFileSync(path, "");
    if (path !== nodePath) await bind(`${MOUNTS}${path}`, path, keeper);
  }
  // The guest's own Node is in memory already; the mounted folder's is an empty file in its place.
  if (mounts.some(({ path }) => nodePath.startsWith(`${path}/`))) await bind("/aegis/node", nodePath, keeper);
}

async function seedDevices(seed: number, keeper: GuestKeeper): Promise<void> {
  writeFileSync("/run/aegis-seed", seededBytes(seed, 64 * 1024));
  for (const device of ["/dev/urandom", "/dev/random"]) await bind("/run/aegis-seed", device, keeper);
}

async function bind(from: string, to: string, keeper: GuestKeeper): Promise<void> {
  await keeper.ask("mount", from, to, "", String(BIND), "");
}
