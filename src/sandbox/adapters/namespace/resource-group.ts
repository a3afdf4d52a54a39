import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AegisError } from "../../../kernel/index.ts";
import type { SandboxLimits } from "../../sandbox.ts";

/** How limits of a whole tree are held on this machine; nobody holds them at `prlimit`, which binds single processes. */
export type LimitedBy = "cgroup v2" | "cgroup v1" | "prlimit";

/** A kernel's group of processes that shares one limit of memory and one of processes. */
export interface ResourceGroup {
  /** A process that writes 0 into each of these files belongs to the group. */
  readonly entrances: readonly string[];
  close(): Promise<void>;
}

interface GroupHome {
  readonly limitedBy: LimitedBy;
  /** Folders in which a group is a folder of ours; two at `cgroup v1`, where each resource has its own tree. */
  readonly folders: readonly string[];
}

/** What the sandbox's own helpers need beside the program: bwrap, its first process and a door's relay. */
const OWN_PROCESSES = 6;
const ROOT = "/sys/fs/cgroup";
const ENTER = 'for entrance; do echo 0 >"$entrance" || exit 1; done';
const NO_HOME: GroupHome = { limitedBy: "prlimit", folders: [] };

let home: GroupHome | undefined;

/** Where groups can be made, found by trying once per process. */
export function groupHome(): GroupHome {
  if (home) return home;
  home = [...secondVersionHomes(), firstVersionHome()].find((each) => each && canHold(each)) ?? NO_HOME;
  for (const folder of home.folders) sweepGroups(folder);
  return home;
}

/** @throws {AegisError} "sandbox.spawn_failed" when the kernel refuses */
export function makeGroup(
  limits: Pick<SandboxLimits, "memoryBytes" | "processCountMax">,
  { limitedBy, folders } = groupHome(),
): ResourceGroup {
  const name = `aegis-${process.pid}-${Math.random().toString(36).slice(2, 12)}`;
  const groups = folders.map((folder) => join(folder, name));
  const processes = String(limits.processCountMax + OWN_PROCESSES);
  const [first = "", second = ""] = groups;
  try {
    for (const group of groups) mkdirSync(group);
    if (limitedBy === "cgroup v1") {
      writeFileSync(join(first, "memory.limit_in_bytes"), String(limits.memoryBytes));
      writeIfThere(join(first, "memory.memsw.limit_in_bytes"), String(limits.memoryBytes));
      writeFileSync(join(second, "pids.max"), processes);
    }
    if (limitedBy === "cgroup v2") {
      writeFileSync(join(first, "memory.max"), String(limits.memoryBytes));
      writeIfThere(join(first, "memory.swap.max"), "0");
      writeFileSync(join(first, "pids.max"), processes);
    }
  } catch (cause) {
    for (const group of groups) removeGroup(group);
    throw new AegisError("sandbox.spawn_failed", `no resource group: ${(cause as Error).message}`, { cause });
  }
  return { entrances: groups.map((group) => join(group, "cgroup.procs")), close: () => closeGroups(groups) };
}

/** The nearest folder above us where memory and processes may be limited: with systemd our own is taken by ourselves. */
function secondVersionHomes(): GroupHome[] {
  const [, own] = /^0::(\/.*)$/m.exec(readOr("/proc/self/cgroup")) ?? [];
  if (own === undefined || !readOr(join(ROOT, "cgroup.controllers")).includes("memory")) return [];
  const homes: GroupHome[] = [];
  for (let at = own; ; at = dirname(at)) {
    const folder = join(ROOT, at);
    const controllers = readOr(join(folder, "cgroup.subtree_control"));
    if (controllers.includes("memory") && controllers.includes("pids")) {
      homes.push({ limitedBy: "cgroup v2", folders: [folder] });
    }
    if (at === "/") return homes;
  }
}

/** Below our own groups, so that our own limits hold for ours too. */
function firstVersionHome(): GroupHome | undefined {
  const own = readOr("/proc/self/cgroup");
  const folders = ["memory", "pids"].map((name) => {
    const [, path] = new RegExp(`^\\d+:(?:[^:]*,)?${name}(?:,[^:]*)?:(/.*)$`, "m").exec(own) ?? [];
    return path === undefined ? "" : join(ROOT, name, path);
  });
  return folders.includes("") ? undefined : { limitedBy: "cgroup v1", folders };
}

function canHold(candidate: GroupHome): boolean {
  try {
    const { entrances } = makeGroup({ memoryBytes: 2 ** 30, processCountMax: 64 }, candidate);
    const { status } = spawnSync("/bin/sh", ["-c", ENTER, "sh", ...entrances], { stdio: "ignore" });
    for (const entrance of entrances) removeGroup(dirname(entrance));
    return status === 0;
  } catch {
    return false;
  }
}

/** Groups whose runner was killed before it could close them. */
function sweepGroups(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^aegis-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && readOr(`/proc/${pid}/stat`) === "") removeGroup(join(folder, name));
  }
}

async function closeGroups(groups: readonly string[]): Promise<void> {
  // A group empties a moment after its last process was waited for.
  for (let round = 0; round < 50; round += 1) {
    for (const group of groups) {
      for (const pid of readOr(join(group, "cgroup.procs")).split("\n")) if (pid !== "") kill(Number(pid));
    }
    if (groups.map(removeGroup).every(Boolean)) return;
    await new Promise((done) => setTimeout(done, round < 5 ? 2 : 20));
  }
}

function removeGroup(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // ended meanwhile
  }
}

function writeIfThere(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "r+" });
  } catch {
    // Machines without swap accounting have no such file.
  }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
