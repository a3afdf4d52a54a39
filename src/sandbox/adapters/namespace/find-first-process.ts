import { readdirSync, readFileSync } from "node:fs";

export interface FirstProcess {
  /** As this machine counts; undefined while the wall is still being built. */
  readonly first: number | undefined;
  /** Everybody in its process namespace beside itself, as far as alive. */
  readonly descendantCount: number;
}

/**
 * Finds a sandbox's first process below the process that entered the namespaces: that has one child, bwrap, which has
 * one child, and whatever the program leaves behind becomes a child of that one.
 */
export function findFirstProcess(enteringId: number): FirstProcess {
  const parents = parentsOfAll();
  const childOf = (parent: number | undefined) => [...parents].find(([, of]) => of === parent)?.[0];
  const first = childOf(childOf(enteringId));
  if (first === undefined) return { first, descendantCount: 0 };
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === first || isBelow(parents.get(pid)));
  return { first, descendantCount: [...parents.values()].filter(isBelow).length };
}

function parentsOfAll(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const parent = pid > 0 ? parentOf(pid) : undefined;
    if (parent !== undefined) parents.set(pid, parent);
  }
  return parents;
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in the second field may hold spaces and brackets.
    const [state = "", parent = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
