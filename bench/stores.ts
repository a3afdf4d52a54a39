// What stores cost those who write to them: steps of runs, spans of traces. node bench/stores.ts [--short] [--json]
import { type Measure, runAsProgram } from "./bench.ts";
import { measureIngest } from "./ingest.ts";
import { measureSteps } from "./steps.ts";

export const OF_STORES: readonly Measure[] = [measureSteps, measureIngest];

await runAsProgram(import.meta.url, async (options) => {
  const figures = [];
  for (const measure of OF_STORES) figures.push(...(await measure(options)));
  return figures;
});
