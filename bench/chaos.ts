// The server is killed at random moments while people use it; nothing they were promised may be lost or done twice.
// node bench/chaos.ts [--short] [--json], or for one that failed:
//   --seed TEXT [--system single|supervised|cluster] [--harms 100] [--lanes 12]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { clonedAegis } from "./aegis-under-test.ts";
import { type BenchOptions, runAsProgram, say } from "./bench.ts";
import { clusterChaos } from "./chaos/cluster-chaos.ts";
import { localChaos } from "./chaos/local-chaos.ts";
import { measureFailovers } from "./chaos/measure-failover.ts";
import { measureRecoveries } from "./chaos/measure-recovery.ts";
import { runDeploy } from "./chaos/run-deploy.ts";
import type { Figure } from "./figure.ts";

/** Kills, recoveries and a deploy, as figures: the counts must be zero, short or long. */
export async function measureChaos({ isShort, aegis }: Pick<BenchOptions, "isShort" | "aegis">): Promise<Figure[]> {
  const kills = isShort ? 12 : 200;
  const seed = `seed-${Date.now().toString(36)}`;
  const figures: Figure[] = [];
  for (const system of ["single", "supervised"] as const) {
    const options = { system, seed: `${seed}-${system}`, kills: kills / 2, lanes: isShort ? 6 : 12, aegis, say };
    const { explained, violations, evidence } = await localChaos(options);
    if (explained !== "") say(explained);
    figures.push(none(`violations in ${kills / 2} kills, ${evidence.runs.length} runs, ${system}`, violations.length));
  }
  const recoveries = await measureRecoveries({ aegis, kills: isShort ? 3 : 20, seed });
  const times = recoveries.map(({ afterReadyMs }) => Math.max(0, afterReadyMs)).toSorted((left, right) => left - right);
  const middle = times[Math.floor(times.length / 2)] ?? Number.NaN;
  figures.push(
    { what: "process is up to next step, median", value: middle, unit: "ms", target: RECOVERY_MS },
    {
      what: `process is up to next step, worst of ${times.length}`,
      value: times.at(-1) ?? Number.NaN,
      unit: "ms",
      target: RECOVERY_MS,
    },
  );
  return [
    ...figures,
    ...(await clusterFigures({ isShort, aegis, seed })),
    ...(await deployFigures({ isShort, aegis })),
  ];
}

const RECOVERY_MS = 300;
const FAILOVER_MS = 1_000;

async function clusterFigures({
  isShort,
  aegis,
  seed,
}: Pick<BenchOptions, "isShort" | "aegis"> & { readonly seed: string }): Promise<Figure[]> {
  const harms = isShort ? 8 : 100;
  const options = { seed: `${seed}-cluster`, harms, lanes: isShort ? 6 : 12, aegis, say };
  const { explained, violations, evidence, harms: done } = await clusterChaos(options);
  if (explained !== "") say(explained);
  say(`cluster: ${JSON.stringify(Object.fromEntries(done))}`);
  const failovers = await measureFailovers({ aegis, kills: isShort ? 3 : 20, seed });
  const times = failovers.map(({ afterKillMs }) => afterKillMs).toSorted((left, right) => left - right);
  const figure = { unit: "ms", target: FAILOVER_MS } as const;
  const middle = times[Math.floor(times.length / 2)] ?? Number.NaN;
  return [
    none(`violations in ${harms} harms, ${evidence.runs.length} runs, cluster`, violations.length),
    { ...figure, what: "kill -9 to next step on another worker, median", value: middle },
    {
      ...figure,
      what: `kill -9 to next step on another worker, worst of ${times.length}`,
      value: times.at(-1) ?? Number.NaN,
    },
  ];
}

async function deployFigures({ isShort, aegis }: Pick<BenchOptions, "isShort" | "aegis">): Promise<Figure[]> {
  const runs = isShort ? 10 : 50;
  const load = { runs, steps: isShort ? 8 : 20, stepMs: isShort ? 100 : 300, clients: 6, pauseMs: 5 };
  const { answers, later, failures, streamFaults, requestCount } = await runDeploy({
    aegis,
    ...load,
    waitsForOld: !isShort,
  });
  for (const failure of [...failures, ...streamFaults].slice(0, 10)) say(failure);
  const strayed = answers.filter((answer) => answer !== "version 1").length;
  return [
    none(`deploy: requests that failed, of ${requestCount}`, failures.length + streamFaults.length),
    none(`deploy: runs under way that did not finish on their version, of ${runs}`, strayed),
    none("deploy: no run on the new version", later.includes("version 2") ? 0 : 1),
  ];
}

/** Something that must not happen even once, on whatever machine. */
function none(what: string, count: number): Figure {
  return { what, value: count, unit: "", target: 0, bound: { of: "none", ratio: count, ratioMax: 0 } };
}

/** One system alone, for a seed that failed: node bench/chaos.ts --seed TEXT --system NAME --kills N --lanes N */
async function again(): Promise<boolean> {
  const { values } = parseArgs({
    strict: false,
    options: {
      harms: { type: "string" },
      kills: { type: "string" },
      lanes: { type: "string" },
      seed: { type: "string" },
      system: { type: "string" },
    },
  });
  const { kills = "100", lanes = "12", seed, system = "single" } = values;
  if (typeof seed !== "string") return false;
  const count = Number(values.harms ?? kills);
  const options = { seed, harms: count, kills: count, lanes: Number(lanes), aegis: clonedAegis(), say };
  const round =
    system === "cluster"
      ? clusterChaos(options)
      : localChaos({ ...options, system: system === "supervised" ? "supervised" : "single" });
  const { explained, violations, evidence, harms } = await round;
  const told = JSON.stringify(Object.fromEntries(harms));
  console.log(
    `${String(system)}: ${evidence.runs.length} runs, ${told}, ${violations.length} violations\n${explained}`,
  );
  process.exitCode = violations.length === 0 ? 0 : 1;
  return true;
}

const isProgram = process.argv[1] !== undefined && fileURLToPath(import.meta.url) === realpathSync(process.argv[1]);
if (isProgram && !(await again())) await runAsProgram(import.meta.url, measureChaos);
