import { readdirSync, readFileSync } from "node:fs";

const ROUNDS_MAX = 50;

/**
 * Kills every process of a session or with the mark in its environment, until none is left. A process that forks while
 * it is hunted is found in the next round.
 *
 * @returns how many were found alive
 */
export async function killTree(target: { readonly sessionId: number; readonly mark: string }): Promise<number> {
  const killed = new Set<number>();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const alive = findProcesses(target);
    if (alive.length === 0) break;
    for (const pid of alive) {
      killed.add(pid);
      kill(pid);
    }
    await new Promise((done) => setTimeout(done, round < 5 ? 2 : 20));
  }
  return killed.size;
}

function findProcesses({ sessionId, mark }: { sessionId: number; mark: string }): number[] {
  return processIds().filter((pid) => isLive(pid, sessionId, mark));
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter((pid) => pid > 1 && pid !== process.pid);
  } catch {
    return [];
  }
}

function isLive(pid: number, sessionId: number, mark: string): boolean {
  try {
    // Field 3 is the state, field 6 the session; the name in field 2 may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return false;
    if (Number(fields[3]) === sessionId) return true;
    if (fields[3] === "0") return false;
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(mark);
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // already gone
  }
}
