// Every speed claim, measured: node bench/run.ts [--short] [--json] [--no-peers] [--packed]
import { type BenchOptions, runAsProgram } from "./bench.ts";
import { measureEcho } from "./echo.ts";
import type { Figure } from "./figure.ts";
import { measureInstallSize } from "./install-size.ts";
import { measureProcessOverhead } from "./process-overhead.ts";
import { measureRegrade } from "./regrade.ts";
import { measureStart } from "./start.ts";

function measureAll(options: BenchOptions): Figure[] {
  const measures = [measureStart, measureEcho, measureProcessOverhead, measureRegrade, measureInstallSize];
  return measures.flatMap((measure) => measure(options));
}

await runAsProgram(import.meta.url, measureAll);
