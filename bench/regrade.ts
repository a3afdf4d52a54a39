// All recorded tau-bench trajectories at hand, played again on fresh state and graded: whole process.
import { join } from "node:path";
import { dataFolderOf, recordingsIn } from "../examples/tau/data-folder.ts";
import { type BenchOptions, runAsProgram, say } from "./bench.ts";
import { ROOT } from "./project-root.ts";
import type { Figure } from "./figure.ts";
import { timeBest } from "./time-process.ts";

export function measureRegrade({ isShort }: BenchOptions): Figure[] {
  const files = recordingsIn(dataFolderOf(process.env));
  if (files.length === 0) {
    say("regrade is not measured: no recorded runs here (AEGIS_DATA names their folder)");
    return [];
  }
  const program = { command: [process.execPath, join(ROOT, "examples", "tau", "regrade.ts"), ...files] };
  const { wallMs } = timeBest(program, isShort ? 1 : 5);
  return [{ what: `regrade, ${files.length} files of recorded runs`, value: wallMs / 1000, unit: "s", target: 1.5 }];
}

await runAsProgram(import.meta.url, measureRegrade);
