// Every speed claim, measured: node bench/run.ts [--short] [--json] [--no-peers] [--packed]
import { clonedAegis, packedAegis } from "./aegis-under-test.ts";
import { type BenchOptions, runAsProgram } from "./bench.ts";
import { measureEcho } from "./echo.ts";
import type { Figure } from "./figure.ts";
import { measureInstallSize } from "./install-size.ts";
import { measureProcessOverhead } from "./process-overhead.ts";
import { measureRegrade } from "./regrade.ts";
import { measureStart } from "./start.ts";

/** This clone beside its peers, then the package as it is published. */
function measureAll(options: BenchOptions): Figure[] {
  const figures = [...measureRuns(options), ...measureRegrade(options), ...measureInstallSize(options)];
  if (options.isShort || options.aegis !== clonedAegis()) return figures;
  const packed = measureRuns({ ...options, aegis: packedAegis(), hasPeers: false });
  return [...figures, ...packed.map((figure) => ({ ...figure, what: `packed: ${figure.what}` }))];
}

function measureRuns(options: BenchOptions): Figure[] {
  return [measureStart, measureEcho, measureProcessOverhead].flatMap((measure) => measure(options));
}

await runAsProgram(import.meta.url, measureAll);
