import { readdirSync, readFileSync } from "node:fs";

const ROUNDS_MAX = 50;
/** Rounds in a row that found nobody and could not tell of all: on a busy machine there always is some other program. */
const DOUBTFUL_ROUNDS_MAX = 5;

/** What tells the processes of one sandbox from all others. */
export interface ProcessTree {
  readonly sessionId: number;
  /** `NAME=value`, in the environment of all its processes. */
  readonly mark: string;
  /** When its first process began, in the kernel's ticks: an older one cannot be of the tree, and is not looked into. */
  readonly startedAtTicks: number;
}

/** When a process began; 0 where nobody can tell. */
export function startedAtTicks(pid: number): number {
  try {
    return Number(statFields(pid)[START_TIME]);
  } catch {
    return 0;
  }
}

/**
 * Kills every process of a session or with the mark in its environment, until none is left. A process that forks while
 * it is hunted is found in the next round; so is the child of one that ended during this round, and one that was just
 * starting and had no environment yet.
 *
 * @returns how many were found alive
 */
export async function killTree(tree: ProcessTree): Promise<number> {
  const killed = new Set<number>();
  const ended = new Set<number>();
  let doubtfulRounds = 0;
  for (let round = 0; round < ROUNDS_MAX && doubtfulRounds < DOUBTFUL_ROUNDS_MAX; round += 1) {
    const alive: number[] = [];
    let isDoubtful = false;
    for (const pid of processIds()) {
      const kin = kinOf(pid, tree);
      if (kin === "tree") alive.push(pid);
      isDoubtful ||= kin === "starting" || (kin === "ended" && !ended.has(pid));
      if (kin === "ended") ended.add(pid);
    }
    // The group ends in one step, whatever it is forking, and also where there is no /proc to count it by.
    if (round === 0 && tree.sessionId > 0) kill(-tree.sessionId);
    if (alive.length === 0 && !isDoubtful) break;
    doubtfulRounds = alive.length === 0 ? doubtfulRounds + 1 : 0;
    for (const pid of alive) {
      killed.add(pid);
      kill(pid);
    }
    await new Promise((done) => setTimeout(done, round < 5 ? 2 : 20));
  }
  return killed.size;
}

function processIds(): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 1 && pid !== process.pid);
  } catch {
    return [];
  }
}

/** `starting`: between its fork and its program's start; `ended`: since it was listed, or not yet cleared away. */
function kinOf(pid: number, tree: ProcessTree): "tree" | "other" | "starting" | "ended" {
  try {
    const fields = statFields(pid);
    // Session 0: the kernel's own.
    if (Number(fields[START_TIME]) < tree.startedAtTicks || fields[SESSION] === "0") return "other";
    if (fields[STATE] === "Z" || fields[STATE] === "X") return "ended";
    if (Number(fields[SESSION]) === tree.sessionId) return "tree";
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
    if (environment === "") return "starting";
    return environment.split("\0").includes(tree.mark) ? "tree" : "other";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ESRCH" ? "ended" : "other";
  }
}

/** Fields of /proc/PID/stat from the third on: the name in the second may hold spaces and brackets. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

// Fields 3, 6 and 22 of proc(5).
const STATE = 0;
const SESSION = 3;
const START_TIME = 19;

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // already gone
  }
}
