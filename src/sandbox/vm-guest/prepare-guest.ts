import { type ChildProcess, execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { PrepareOrder } from "./orders.ts";
import { seededBytes } from "./seeded-environment.ts";

const BUSYBOX = "/bin/busybox";
/** Programs are this user. */
export const USER_ID = 1_000;
const MOUNTS = "/run/aegis/mounts";

/** Makes this clone one of its own: randomness, clock, workspace, mounts. */
export async function prepareGuest(order: PrepareOrder, keeper: ChildProcess): Promise<void> {
  await refresh(order, keeper);
  mkdirSync(order.workspace, { recursive: true });
  const size = `size=${order.workspaceBytes},nr_inodes=${order.filesMax * 4},mode=0755,uid=${USER_ID},gid=${USER_ID}`;
  mount("-t", "tmpfs", "-o", `nosuid,nodev,${size}`, "workspace", order.workspace);
  chownSync(order.workspace, USER_ID, USER_ID);
  if (order.mounts.length > 0) bindMounts(order);
  if (order.seed !== undefined) seedDevices(order.seed);
}

/** The kernel's generator is reseeded and its clock set by a helper: Node can do neither. */
async function refresh({ timeMs, entropy }: PrepareOrder, keeper: ChildProcess): Promise<void> {
  const word = Buffer.alloc(16 + 64);
  word.writeBigInt64LE(BigInt(Math.floor(timeMs / 1_000)), 0);
  word.writeBigInt64LE(BigInt(Math.floor((timeMs % 1_000) * 1e6)), 8);
  Buffer.from(entropy, "base64").copy(word, 16, 0, 64);
  const answer = new Promise<string>((done) => {
    keeper.stdout?.once("data", (piece: Buffer) => done(piece.toString("latin1")));
    keeper.once("exit", () => done("the helper ended"));
  });
  keeper.stdin?.write(word);
  const told = await answer;
  if (told !== "kept\n") throw new Error(`the clone cannot be told from others: ${told.slice(0, 200)}`);
}

function bindMounts({ mounts, nodePath }: PrepareOrder): void {
  mkdirSync(MOUNTS, { recursive: true });
  mount("-t", "squashfs", "-o", "ro,nosuid,nodev", "/dev/vdb", MOUNTS);
  const hasNode = mounts.some(({ path }) => nodePath.startsWith(`${path}/`));
  for (const { path, isFile } of mounts) {
    if (path === nodePath) continue;
    if (isFile) {
      mkdirSync(dirname(path), { recursive: true });
      if (!existsSync(path)) writeFileSync(path, "");
    } else mkdirSync(path, { recursive: true });
    mount("--bind", `${MOUNTS}${path}`, path);
  }
  // The guest's own Node is in memory already; the mounted folder's would be read anew from the drive.
  if (hasNode && existsSync(nodePath)) mount("--bind", "/aegis/node", nodePath);
}

function seedDevices(seed: number): void {
  writeFileSync("/run/aegis-seed", seededBytes(seed, 64 * 1024));
  for (const device of ["/dev/urandom", "/dev/random"]) mount("--bind", "/run/aegis-seed", device);
}

function mount(...words: string[]): void {
  execFileSync(BUSYBOX, ["mount", ...words], { stdio: ["ignore", "ignore", "pipe"] });
}
