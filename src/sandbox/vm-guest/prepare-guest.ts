import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { GuestKeeper } from "./guest-keeper.ts";
import type { PrepareOrder, RefreshOrder } from "./orders.ts";
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
export function refreshGuest({ timeMs, entropy }: RefreshOrder, keeper: GuestKeeper): void {
  const nanoseconds = Math.floor((timeMs % 1_000) * 1e6);
  keeper.ask("refresh", String(Math.floor(timeMs / 1_000)), String(nanoseconds), entropy);
}

/**
 * What one sandbox asks for: workspace, mounts, a seed.
 *
 * @param before what was prepared for already
 */
export function prepareGuest(order: PrepareOrder, before: PrepareOrder | undefined, keeper: GuestKeeper): void {
  if (before === undefined || !hasSameWorkspace(order, before)) openWorkspace(order, keeper);
  if (order.mounts.length > 0) bindMounts(order, keeper);
  if (before === undefined) showNode(order, keeper);
  if (order.seed !== undefined) seedDevices(order.seed, keeper);
}

function hasSameWorkspace(one: PrepareOrder, other: PrepareOrder): boolean {
  return (
    one.workspace === other.workspace && one.workspaceBytes === other.workspaceBytes && one.filesMax === other.filesMax
  );
}

function openWorkspace(order: PrepareOrder, keeper: GuestKeeper): void {
  mkdirSync(order.workspace, { recursive: true });
  const room = `size=${order.workspaceBytes},nr_inodes=${order.filesMax * 4},mode=0755,uid=${USER_ID},gid=${USER_ID}`;
  keeper.ask("mount", "workspace", order.workspace, "tmpfs", String(NO_SETUID | NO_DEVICES), room);
}

/** A Node that lies in a folder of the guest's own, /tmp say, is seen there too. */
function showNode({ nodePath }: PrepareOrder, keeper: GuestKeeper): void {
  if (existsSync(nodePath)) return;
  mkdirSync(dirname(nodePath), { recursive: true });
  writeFileSync(nodePath, "");
  bind("/aegis/node", nodePath, keeper);
}

function bindMounts({ mounts, nodePath }: PrepareOrder, keeper: GuestKeeper): void {
  mkdirSync(MOUNTS, { recursive: true });
  keeper.ask("mount", "/dev/vdb", MOUNTS, "squashfs", String(READ_ONLY | NO_SETUID | NO_DEVICES), "");
  for (const { path, isFile } of mounts) {
    mkdirSync(isFile ? dirname(path) : path, { recursive: true });
    if (isFile && !existsSync(path)) writeFileSync(path, "");
    if (path !== nodePath) bind(`${MOUNTS}${path}`, path, keeper);
  }
  // The guest's own Node is in memory already; the mounted folder's is an empty file in its place.
  if (mounts.some(({ path }) => nodePath.startsWith(`${path}/`))) bind("/aegis/node", nodePath, keeper);
}

function seedDevices(seed: number, keeper: GuestKeeper): void {
  writeFileSync("/run/aegis-seed", seededBytes(seed, 64 * 1024));
  for (const device of ["/dev/urandom", "/dev/random"]) bind("/run/aegis-seed", device, keeper);
}

function bind(from: string, to: string, keeper: GuestKeeper): void {
  keeper.ask("mount", from, to, "", String(BIND), "");
}
