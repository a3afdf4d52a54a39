// Every speed claim, measured: node bench/run.ts [--short] [--json] [--no-peers] [--packed]
import { clonedAegis, packedAegis } from "./aegis-under-test.ts";
import { type BenchOptions, type Measure, runAsProgram } from "./bench.ts";
import { measureEcho } from "./echo.ts";
import type { Figure } from "./figure.ts";
import { measureInstallSize } from "./install-size.ts";
import { measureLoad } from "./load.ts";
import { OF_LOGS } from "./logs.ts";
import { measureProcessOverhead } from "./process-overhead.ts";
import { measureSlowReader } from "./slow-reader.ts";
import { measureStart } from "./start.ts";
import { OF_STORES } from "./stores.ts";
import { OF_THE_WORLD } from "./world.ts";

/** Of whole processes: of this clone, and of the package as it is published. */
const OF_PROCESSES: readonly Measure[] = [measureStart, measureEcho, measureProcessOverhead, measureLoad];
/** Of the code of this clone. */
const OF_CODE: readonly Measure[] = [...OF_LOGS, ...OF_STORES, measureSlowReader, measureInstallSize, ...OF_THE_WORLD];

/** This clone beside its peers, then the package as it is published. */
async function measureAll(options: BenchOptions): Promise<Figure[]> {
  const figures = await inTurn([...OF_PROCESSES, ...OF_CODE], options);
  if (options.isShort || options.aegis !== clonedAegis()) return figures;
  const packed = await inTurn(OF_PROCESSES, { ...options, aegis: packedAegis(), hasPeers: false });
  return [...figures, ...packed.map((figure) => ({ ...figure, what: `packed: ${figure.what}` }))];
}

async function inTurn(measures: readonly Measure[], options: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const measure of measures) figures.push(...(await measure(options)));
  return figures;
}

await runAsProgram(import.meta.url, measureAll);
