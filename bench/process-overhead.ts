// What isolation level `process` costs: processor time per trial of an agent that does nothing, everything counted
// (the runner, the child, what starts and cleans up after it), beside the price of an empty Node process.
import { type BenchOptions, runAsProgram } from "./bench.ts";
import { aegisEcho, makeEchoProject } from "./echo-project.ts";
import type { Figure } from "./figure.ts";
import { timeTogether } from "./time-process.ts";

export function measureProcessOverhead({ aegis, isShort }: BenchOptions): Figure[] {
  const trials = isShort ? 12 : 60;
  const project = makeEchoProject();
  const run = (cases: number) => aegisEcho(aegis, project, { cases, width: 2, agentMs: 0, isolation: "process" });
  const programs = { one: run(1), more: run(1 + trials), bare: { command: [process.execPath, "--eval", "0"] } };
  // The runner's own start is in both and falls out.
  const { one, more, bare } = timeTogether(programs, isShort ? 2 : 5);
  const perTrialMs = (more.cpuMs - one.cpuMs) / trials;
  return [
    {
      what: "processor time per trial, level process",
      value: perTrialMs,
      unit: "ms",
      target: 60,
      peers: [{ name: "node -e 0", value: bare.cpuMs }],
      bound: { of: "node -e 0", ratio: perTrialMs / bare.cpuMs, ratioMax: 4 },
    },
  ];
}

await runAsProgram(import.meta.url, measureProcessOverhead);
