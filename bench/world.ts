// What a trial's world costs: its sandboxes and its network edge. node bench/world.ts [--short] [--json] [--no-peers]
import { type Measure, runAsProgram } from "./bench.ts";
import { measureEdge } from "./edge.ts";
import { measureSandboxStart } from "./sandbox-start.ts";
import { measureVm } from "./vm.ts";

export const OF_THE_WORLD: readonly Measure[] = [measureEdge, measureSandboxStart, measureVm];

await runAsProgram(import.meta.url, async (options) => {
  const figures = [];
  for (const measure of OF_THE_WORLD) figures.push(...(await measure(options)));
  return figures;
});
