import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importResults } from "../../eval/import/index.ts";
import { fixedClock, idMaker, seededRandom } from "../../kernel/index.ts";
import type { LoggedRun } from "./logged-run.ts";

const dataFolder = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");

export const hasTauData = existsSync(join(dataFolder, "tau2"));

/** Recorded conversations of one tau2-bench result file as logs, ids by their place in the file. */
export function tauLogs(name: string): LoggedRun[] {
  const path = join(dataFolder, "tau2", name);
  const { trials } = importResults({
    files: [{ path, bytes: readFileSync(path) }],
    format: "tau2",
    runName: name,
    makeId: idMaker(fixedClock(0), seededRandom(1)),
    nowMs: 0,
  });
  return trials.map(({ events }, index) => ({
    runId: `${name} ${index}`,
    events: events.map((event, seq) => ({ ...event, seq })),
  }));
}
