import { readFileSync } from "node:fs";

export interface ProcessUse {
  /** The most it ever had in memory. */
  readonly rssMaxMb: number;
  /** User and system time of all its threads. */
  readonly cpuMs: number;
}

/** Linux counts in hundredths of a second for whoever reads /proc. */
const TICK_MS = 10;

/** What the kernel itself has counted, so that no peak falls between two looks; undefined without /proc. */
export function processUse(pid: number): ProcessUse | undefined {
  try {
    const peakKb = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name, which may hold spaces; what comes behind it begins with the third.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { rssMaxMb: peakKb / 1_024, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return undefined;
  }
}
