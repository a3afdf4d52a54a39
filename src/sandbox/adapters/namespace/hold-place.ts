import { type ChildProcess, spawn } from "node:child_process";
import { Readable, type Writable } from "node:stream";
import { AegisError, LIMITS } from "../../../kernel/index.ts";
import { packWorkspace } from "../../workspace/pack-workspace.ts";
import type { WorkspaceEntry } from "../../workspace/workspace-entry.ts";
import { captureOutput } from "../capture-output.ts";
import { type Programs, userNamespaceProblem } from "./needed-programs.ts";
import type { OuterUser } from "./outer-user.ts";

/** Files, folders and links of a sandbox: each takes the kernel's memory, whatever its size. */
export const INODES_MAX = 10 * LIMITS.workspaceFilesMax;

export interface PlaceOptions {
  readonly programs: Programs;
  readonly user: OuterUser;
  /** An empty folder of the outer user's: the memory file system is mounted on it, seen by nobody outside. */
  readonly box: string;
  readonly workspaceBytes: number;
  readonly files: readonly WorkspaceEntry[];
  /** An empty folder, and the places that root binds into it. */
  readonly bound: string | undefined;
  readonly boundByRoot: readonly string[];
}

/**
 * A user, a mount and a process namespace that live as long as their holder, a process that only waits for the end of
 * its input. When it ends the kernel ends everybody in its process namespace, however far a start had come.
 */
export interface Place {
  /** Of the process whose namespaces, and whose children's, the programs enter. */
  readonly processId: number;
  close(): Promise<void>;
}

/**
 * Makes the place that one sandbox's programs share: a memory file system of limited size, visible only in a mount
 * namespace of its own. It goes with its holder, and the holder with us.
 *
 * @throws {AegisError} "sandbox.unavailable" when there are no user namespaces, "sandbox.bad_workspace" when the files do not fit
 */
export async function holdPlace(options: PlaceOptions): Promise<Place> {
  const [file = "", ...words] = command(options);
  const { user, boundByRoot } = options;
  const isRootsTurn = boundByRoot.length > 0;
  const child = spawn(file, words, {
    cwd: "/",
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    ...(user.isDropped && !isRootsTurn && { uid: user.uid, gid: user.gid }),
  });
  const ended = new Promise<void>((done, fail) => {
    child.once("exit", () => done());
    child.once("error", (cause) => fail(new AegisError("sandbox.spawn_failed", cause.message, { cause })));
  });
  const said = captureOutput(child.stderr, SAID_BYTES_MAX);
  child.stdin?.on("error", () => undefined);
  fill(child, options.files);
  await Promise.race([readiness(child), ended]);
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    return {
      processId: child.pid,
      close: async () => {
        child.stdin?.end();
        await ended;
      },
    };
  }
  await said.closed;
  throw failure(child.exitCode, said.captured().text.trim());
}

const SAID_BYTES_MAX = 300;
const MOUNT_FAILED = 90;
const FILES_FAILED = 91;
const BIND_FAILED = 92;

function failure(exitCode: number | null, said: string): AegisError {
  if (exitCode === FILES_FAILED) return new AegisError("sandbox.bad_workspace", `the files do not fit: ${said}`);
  if (exitCode === MOUNT_FAILED || exitCode === BIND_FAILED) return new AegisError("sandbox.spawn_failed", said);
  return userNamespaceProblem(said);
}

function command({ programs, user, box, bound, boundByRoot, workspaceBytes }: PlaceOptions): string[] {
  const size = `size=${workspaceBytes},nr_inodes=${INODES_MAX},mode=755`;
  const spaces = ["--user", "--map-root-user", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child"];
  const holder = ["/bin/sh", "-c", HOLD, "sh", box, size, programs.mount, programs.tar];
  const hold = [programs.unshare, ...spaces, "--", ...holder];
  if (bound === undefined || boundByRoot.length === 0) return hold;
  const bind = ["/bin/sh", "-c", BIND, "sh", bound, programs.mount, String(boundByRoot.length), ...boundByRoot];
  const drop = [programs.setpriv, `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups", "--"];
  return [programs.unshare, "--mount", "--", ...bind, ...drop, ...hold];
}

/** As root, in a mount namespace of our own: shows the places that only root can get to, then becomes somebody else. */
const BIND = `
bound=$1 mount=$2 count=$3
shift 3
$mount -t tmpfs -o size=1m,mode=755 aegis "$bound" || exit ${BIND_FAILED}
number=0
while [ "$number" -lt "$count" ]; do
  if [ -d "$1" ]; then mkdir "$bound/$number"; else : >"$bound/$number"; fi
  $mount --rbind -- "$1" "$bound/$number" || exit ${BIND_FAILED}
  number=$((number + 1))
  shift
done
exec "$@"
`;

/** In a user namespace of its own: makes the file system, unpacks the files from descriptor 3, waits for its input's end. */
const HOLD = `
box=$1 size=$2 mount=$3 tar=$4
umask 022
$mount -t tmpfs -o "$size" aegis "$box" || exit ${MOUNT_FAILED}
cd "$box" && mkdir work tmp shm && : >nothing || exit ${MOUNT_FAILED}
cd work || exit ${MOUNT_FAILED}
$tar -x -f - --no-same-owner <&3 || exit ${FILES_FAILED}
exec 3<&-
echo ready
exec cat >/dev/null
`;

function fill(child: ChildProcess, files: readonly WorkspaceEntry[]): void {
  const stream = child.stdio[3] as Writable;
  // When the holder fails while it unpacks, its exit says so.
  stream.on("error", () => undefined);
  Readable.from(packWorkspace(files), { objectMode: true }).pipe(stream);
}

function readiness(child: ChildProcess): Promise<void> {
  return new Promise((done) => void child.stdout?.once("data", () => done()));
}
