import type { System } from "./copy-system.ts";

/** Where programs start and what they may write, the same in every sandbox: no trial shows where it ran. */
export const WORKSPACE = "/workspace";
export const DOORS = "/run/doors";

export interface WallOptions {
  /** The memory file system with `work`, `tmp` and `shm`. */
  readonly box: string;
  readonly system: System;
  /** The folder of the doors' sockets, when there are doors. */
  readonly doors: string | undefined;
  readonly mounts: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly seccompDescriptor: number;
  /** Reads whatever the programs left, also what they forbade themselves to read. Never given to a program of theirs. */
  readonly isCollecting?: boolean;
}

/** All of bwrap's arguments but the command. They travel over a descriptor, since every user may read a command line. */
export function wallArguments(options: WallOptions): string[] {
  const { box, doors, mounts, env } = options;
  return [
    ["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"],
    ["--disable-userns", "--cap-drop", "ALL"],
    options.isCollecting ? ["--cap-add", "CAP_DAC_READ_SEARCH"] : [],
    ["--new-session", "--die-with-parent", "--as-pid-1"],
    ["--uid", "1000", "--gid", "1000", "--hostname", "sandbox"],
    ["--seccomp", String(options.seccompDescriptor)],
    options.system.arguments,
    ["--proc", "/proc", "--dev", "/dev"],
    ["--bind", `${box}/shm`, "/dev/shm", "--bind", `${box}/tmp`, "/tmp", "--bind", `${box}/work`, WORKSPACE],
    mounts,
    doors === undefined ? [] : ["--ro-bind", doors, DOORS],
    ["--remount-ro", "/dev", "--remount-ro", "/proc", "--remount-ro", "/"],
    ["--clearenv"],
    Object.entries({ ...OWN_ENVIRONMENT, ...env }).flatMap(([name, value]) => ["--setenv", name, value]),
    ["--chdir", WORKSPACE],
  ].flat();
}

const OWN_ENVIRONMENT = { HOME: WORKSPACE, TMPDIR: "/tmp", LANG: "C.UTF-8", TZ: "UTC" };
