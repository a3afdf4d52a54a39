import { AegisError } from "../../../kernel/index.ts";
import { FIRST_PROCESS } from "../../guest/first-process.ts";
import { relayDoors } from "../../guest/relay-doors.ts";
import type { ProgramEnd, SandboxLimits, SandboxProgram } from "../../sandbox.ts";
import { captureOutput } from "../capture-output.ts";
import { watchProgram } from "../watch-program.ts";
import type { System } from "./copy-system.ts";
import { findFirstProcess } from "./find-first-process.ts";
import { type Entry, enterPlace } from "./enter-place.ts";
import { followStatus, type Status } from "./follow-status.ts";
import { groupHome } from "./resource-group.ts";
import { DOORS, WORKSPACE } from "./wall-arguments.ts";

export interface InsideOptions {
  readonly entry: Entry;
  readonly system: System;
  readonly box: string;
  readonly mounts: readonly string[];
  readonly limits: SandboxLimits;
  readonly doors: { readonly folder: string; readonly sockets: readonly (readonly [number, string])[] } | undefined;
}

/** One program behind its own wall, in the shared place, to the end of everything it started. */
export async function runInside(program: SandboxProgram, options: InsideOptions): Promise<ProgramEnd> {
  const startMs = performance.now();
  const { entry, system, box, mounts, doors } = options;
  const wall = { system, box, mounts, doors: doors?.folder, env: program.env };
  const child = enterPlace(entry, wall, command(program, options));
  let strayProcessCount = 0;
  const kill = () => {
    status.stop();
    const { first, descendantCount } = findFirstProcess(child.pid ?? 0);
    // The program itself, and the relay of the doors, are no strays.
    strayProcessCount = Math.max(0, descendantCount - (doors ? 2 : 1));
    killFirst(first);
  };
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(program.stdin);
  const stdout = captureOutput(child.stdout, program.outputBytesMax);
  const stderr = captureOutput(child.stderr, program.outputBytesMax);
  const status = followStatus(child);
  const { exit, control, stop, reason } = watchProgram(child, program, kill);
  try {
    await exit;
  } finally {
    stop();
  }
  await Promise.all([control.closed, stdout.closed, stderr.closed]);
  const told = await status.told;
  for (const stream of child.stdio) stream?.destroy();
  const end = endOf(told, reason());
  if (end === undefined) throw notStarted(told, program, stderr.captured().text);
  return {
    ...end,
    stdout: stdout.captured(),
    stderr: stderr.captured(),
    durationMs: performance.now() - startMs,
    strayProcessCount: strayProcessCount + told.strays,
  };
}

function command(program: SandboxProgram, { limits, doors }: InsideOptions): string[] {
  const sockets = doors?.sockets.map(([port, name]) => [port, `${DOORS}/${name}`]);
  const source = sockets ? `(${relayDoors.toString()})(${JSON.stringify(sockets)})` : "";
  const kilobytes = groupHome().limitedBy === "prlimit" ? Math.floor(limits.memoryBytes / 1024) : "unlimited";
  const words = [limits.processCountMax, limits.openFilesMax, kilobytes].map(String);
  return ["/bin/sh", "-c", FIRST_PROCESS, "sh", ...words, process.execPath, source, ...program.command];
}

/** A shell tells a death by signal as 128 and the signal's number; 64 is the last signal there is. */
const FIRST_SIGNAL_CODE = 129;
const LAST_SIGNAL_CODE = 128 + 64;

function endOf(
  { isStarted, exitCode }: Status,
  reason: ProgramEnd["reason"] | undefined,
): Pick<ProgramEnd, "reason" | "exitCode"> | undefined {
  if (reason !== undefined) return { reason, exitCode: null };
  if (!isStarted) return undefined;
  if (exitCode === undefined || (exitCode >= FIRST_SIGNAL_CODE && exitCode <= LAST_SIGNAL_CODE)) {
    return { reason: "killed", exitCode: null };
  }
  return { reason: "exited", exitCode };
}

function notStarted({ isMissing }: Status, program: SandboxProgram, said: string): AegisError {
  const name = JSON.stringify(program.command[0] ?? "");
  if (isMissing) {
    return new AegisError("sandbox.spawn_failed", `there is no program ${name} to start inside the sandbox`, {
      fix: `Install it for the whole machine (below /usr), put it into ${WORKSPACE}, or mount its folder.`,
    });
  }
  return new AegisError("sandbox.spawn_failed", `the sandbox did not start ${name}: ${said.trim().slice(0, 300)}`);
}

/** With the first process everybody ends, and only then bwrap does: its end says that nobody is left. */
function killFirst(first: number | undefined): void {
  try {
    // While the wall is still being built there is nobody: the first process will be told not to go on.
    if (first !== undefined) process.kill(first, "SIGKILL");
  } catch {
    // ended meanwhile
  }
}
