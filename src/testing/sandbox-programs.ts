import { readdirSync, readFileSync } from "node:fs";
import { LIMITS } from "../kernel/index.ts";
import type { ProgramEnd, Sandbox, SandboxProgram } from "../sandbox/index.ts";

/** Where a process of its own finds the provider: the URL of a module and the name of its function. */
export interface ProviderSource {
  readonly module: string;
  readonly factory: string;
  /** How many times slower than on the machine itself programs may start and print: an emulated processor. 1 unless told. */
  readonly slowness?: number;
  /** Programs are processes of the host, which a test can see there. True unless told. */
  readonly showsProcesses?: boolean;
}

/** Opens a sandbox, runs one program in it and closes it. */
export type RunOnce = (
  command: readonly string[],
  more?: Partial<SandboxProgram>,
  use?: (sandbox: Sandbox, end: ProgramEnd) => Promise<void>,
) => Promise<ProgramEnd & { readonly lines: readonly string[] }>;

/** A program with nothing special about it. */
export function program(command: readonly string[]): SandboxProgram {
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
  return { command, env, stdin: "", timeoutMs: 30_000, outputBytesMax: LIMITS.outputBytesMax };
}

export const sh = (script: string): string[] => ["/bin/sh", "-c", script];

export const node = (source: string): string[] => [process.execPath, "-e", source];

let sleepCount = 0;

/** Seconds to sleep that no other process of this machine sleeps: such a process is found by them. */
export function oddSeconds(): string {
  sleepCount += 1;
  return `600.${process.pid}${sleepCount}`;
}

/** Live processes of this machine with a text in their command line. */
export function processesWith(text: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return command.includes(text) && Number(pid) !== process.pid && !isZombie(pid) ? [`${pid} ${command}`] : [];
    } catch {
      return [];
    }
  });
}

/** Resolves when the condition holds; throws when it does not within five seconds. */
export async function eventually(isTrue: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error(`not within five seconds: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

function isZombie(pid: string): boolean {
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.startsWith("Z") ?? false;
}
