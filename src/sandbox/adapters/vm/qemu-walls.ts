import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import type { VmPieces } from "./vm-pieces.ts";

/** Where QEMU, its libraries and its firmware lie. */
const SYSTEM = ["/usr", "/lib", "/lib64", "/nix/store"];
const DEVICE = "/dev/kvm";

/**
 * Runs before QEMU, inside. While the walls are being built nobody inside would die with us; once they stand, everybody
 * does: so it says that they stand, and goes on only when we are still there to answer.
 */
const WAIT = ["/usr/bin/sh", "-c", 'echo ready; read -r go && exec "$@"', "sh"];
export const GO = "go\n";

/**
 * The walls around QEMU itself: whoever gets out of the guest into it finds programs to read, and no files, no network,
 * no other processes and no rights. Its files and channels are open when it starts.
 */
export function qemuWalls({ bwrap, qemu }: VmPieces, accelerator: "kvm" | "tcg"): string[] {
  const isElsewhere = !SYSTEM.some((folder) => qemu.startsWith(`${folder}/`));
  return [
    [bwrap, "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"],
    ["--unshare-cgroup-try", "--cap-drop", "ALL", "--new-session", "--die-with-parent", "--as-pid-1"],
    SYSTEM.filter((path) => existsSync(path)).flatMap(show),
    isElsewhere ? ["--ro-bind", dirname(qemu), dirname(qemu)] : [],
    ["--proc", "/proc"],
    accelerator === "kvm" ? ["--dev-bind", DEVICE, DEVICE] : [],
    ["--remount-ro", "/", "--chdir", "/", "--"],
    WAIT,
  ].flat();
}

function show(path: string): string[] {
  return lstatSync(path).isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}
