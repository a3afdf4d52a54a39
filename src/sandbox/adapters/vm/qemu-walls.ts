import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import type { VmPieces } from "./vm-pieces.ts";

/** Where QEMU, its libraries and its firmware lie. */
const SYSTEM = ["/usr", "/lib", "/lib64", "/nix/store"];
const DEVICE = "/dev/kvm";
const ID = "65534";

/**
 * Inside a process namespace of its own, whose first process dies with ours: the kernel ends everybody in it with that
 * one, however far bwrap has come. The kernel forgets who dies with whom when a process gets new rights, so it is told
 * after that; and whoever is told too late, when we are gone already, hears no answer and goes no further.
 */
const DIES_WITH_US = [
  ["--user", "--map-root-user", "--"],
  ["--pdeathsig", "KILL", "--"],
  ["--pid", "--fork", "--kill-child", "--", "/bin/sh", "-c", 'echo ready; read -r go && exec "$@"', "sh"],
] as const;
export const READY_ANSWER = "go\n";

/**
 * The walls around QEMU itself: whoever gets out of the guest into it finds programs to read, and no files, no network,
 * no other processes of the machine and no rights. Its files and channels are open when it starts.
 */
export function qemuWalls({ bwrap, unshare, setpriv, qemu }: VmPieces, accelerator: "kvm" | "tcg"): string[] {
  const isElsewhere = !SYSTEM.some((folder) => qemu.startsWith(`${folder}/`));
  const [own, dies, first] = DIES_WITH_US;
  return [
    [unshare, ...own, setpriv, ...dies, unshare, ...first],
    [bwrap, "--unshare-user", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"],
    ["--uid", ID, "--gid", ID, "--cap-drop", "ALL", "--new-session"],
    SYSTEM.filter((path) => existsSync(path)).flatMap(show),
    isElsewhere ? ["--ro-bind", dirname(qemu), dirname(qemu)] : [],
    ["--proc", "/proc"],
    accelerator === "kvm" ? ["--dev-bind", DEVICE, DEVICE] : [],
    ["--remount-ro", "/", "--chdir", "/", "--"],
  ].flat();
}

function show(path: string): string[] {
  return lstatSync(path).isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}
