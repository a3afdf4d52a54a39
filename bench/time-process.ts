import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { say } from "./bench.ts";

export interface Program {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface ProcessTime {
  readonly wallMs: number;
  /** User and system time of the program and of all children it waited for. */
  readonly cpuMs: number;
}

/**
 * The fastest of several whole processes, start to exit: what disturbs a measurement only ever makes it slower.
 *
 * @throws {Error} when the program fails, with the end of what it said
 */
export function timeBest(program: Program, runs: number): ProcessTime {
  return bestOf(Array.from({ length: runs }, () => timeOnce(program)));
}

/** The same for somebody else's program: when it fails, that is said, and it is left out. */
export function timeBestOfPeer(name: string, program: Program, runs: number): ProcessTime | undefined {
  const times = Array.from({ length: runs }, () => {
    try {
      return timeOnce(program);
    } catch (error) {
      say(`${name} failed and this run of it does not count: ${(error as Error).message.slice(0, 300)}`);
      return undefined;
    }
  }).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : bestOf(times);
}

type Programs = Readonly<Record<string, Program | undefined>>;
type Times<Measured extends Programs> = {
  readonly [Name in keyof Measured]: ProcessTime | (undefined extends Measured[Name] ? undefined : never);
};

/** Several programs turn by turn, so that a busy minute hits all of them alike; what is not there is not measured. */
export function timeTogether<Measured extends Programs>(programs: Measured, runs: number): Times<Measured> {
  const there = Object.entries(programs).flatMap(([name, program]) => (program ? [{ name, program }] : []));
  const rounds = Array.from({ length: runs }, () => there.map(({ program }) => timeOnce(program)));
  const best = there.map(({ name }, index) => [name, bestOf(rounds.flatMap((round) => round[index] ?? []))]);
  return Object.fromEntries(best) as Times<Measured>;
}

/** Bash's own `time` counts children, which Node tells nobody. */
function timeOnce({ command, cwd, env = {}, timeoutMs = 300_000 }: Program): ProcessTime {
  const folder = mkdtempSync(join(tmpdir(), "aegis-bench-time-"));
  const log = join(folder, "log");
  const script = 'log=$1; shift; TIMEFORMAT="%R %U %S"; time "$@" >"$log" 2>&1 </dev/null';
  try {
    const end = spawnSync("bash", ["-c", script, "bash", log, ...command], {
      encoding: "utf8",
      timeout: timeoutMs,
      ...(cwd !== undefined && { cwd }),
      env: { ...process.env, LC_ALL: "C", ...env },
    });
    const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = end.stderr.trim().split(/\s+/).map(Number);
    if (end.status === 0) return { wallMs: wall * 1000, cpuMs: (user + system) * 1000 };
    throw new Error(
      `${command.join(" ")} ended with ${end.status ?? end.signal}: ${readFileSync(log, "utf8").slice(-2_000)}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bestOf(times: readonly ProcessTime[]): ProcessTime {
  return { wallMs: Math.min(...times.map((each) => each.wallMs)), cpuMs: Math.min(...times.map((each) => each.cpuMs)) };
}
