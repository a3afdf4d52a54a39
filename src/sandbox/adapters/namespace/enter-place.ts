import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { OuterUser } from "./outer-user.ts";
import { seccompFilter } from "./seccomp-filter.ts";
import { type Programs, seccompMachine } from "./needed-programs.ts";
import { wallArguments, type WallOptions } from "./wall-arguments.ts";

export interface Entry {
  readonly programs: Programs;
  readonly user: OuterUser;
  /** The process whose namespaces the place is. */
  readonly holderId: number;
  /** Of the resource group. */
  readonly entrances: readonly string[];
}

type Wall = Omit<WallOptions, "seccompDescriptor">;

/** Descriptors of the child after the program's own, of which 3 is the control channel. */
export const STATUS = 4;
const ARGUMENTS = 5;
const SECCOMP = 6;

/** Starts one program behind a wall of its own, in the place: group, then user, then namespaces, then bwrap. */
export function enterPlace(entry: Entry, wall: Wall, command: readonly string[]): ChildProcess {
  const { programs, user, holderId, entrances } = entry;
  const drop = user.isDropped
    ? [programs.setpriv, `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups", "--"]
    : [];
  const spaces = ["--user", "--mount", `--pid=/proc/${holderId}/ns/pid_for_children`];
  const enter = [programs.nsenter, `--target=${holderId}`, ...spaces, "--preserve-credentials", "--"];
  const words = [...drop, ...enter, programs.bwrap, "--args", String(ARGUMENTS), "--", ...command];
  const [file = "", ...rest] =
    entrances.length === 0 ? words : ["/bin/sh", "-c", JOIN, "sh", String(entrances.length), ...entrances, ...words];
  const child = spawn(file, rest, { cwd: "/", env: {}, stdio: Array.from({ length: 7 }, () => "pipe" as const) });
  const wallWords = wallArguments({ ...wall, seccompDescriptor: SECCOMP });
  send(child, ARGUMENTS, Buffer.from(wallWords.map((word) => `${word}\0`).join("")));
  send(child, SECCOMP, seccompFilter(seccompMachine()));
  return child;
}

/** Joins the group before there is anything that could be outside it. */
const JOIN = `
count=$1
shift
while [ "$count" -gt 0 ]; do
  echo 0 >"$1" || exit 126
  count=$((count - 1))
  shift
done
exec "$@"
`;

function send(child: ChildProcess, number: number, bytes: Buffer): void {
  const stream = descriptor(child, number) as Writable | null | undefined;
  // A wall that could not be built says so itself.
  stream?.on("error", () => undefined);
  stream?.end(bytes);
}

/** Node's types know five descriptors of a child; there are as many as were asked for. */
export function descriptor(child: ChildProcess, number: number): Readable | Writable | null | undefined {
  return (child.stdio as readonly (Readable | Writable | null | undefined)[])[number];
}
