// The server is killed at random moments while people use it; nothing they were promised may be lost or done twice.
// node bench/chaos.ts [--short] [--kills 200] [--seed TEXT] [--lanes 12] [--system single|supervised]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { clonedAegis } from "./aegis-under-test.ts";
import { explainViolations } from "./chaos/explain-violations.ts";
import { startLedger } from "./chaos/ledger.ts";
import { startLocalSystem } from "./chaos/local-system.ts";
import { makeChaosProject } from "./chaos/project.ts";
import { type ChaosResult, runChaos } from "./chaos/run-chaos.ts";

export interface LocalChaosOptions {
  readonly system: "single" | "supervised";
  readonly seed: string;
  readonly kills: number;
  readonly lanes: number;
  readonly say: (text: string) => void;
}

/** Chaos over one machine: one SQLite file, one serving process at a time. */
export async function localChaos(options: LocalChaosOptions): Promise<ChaosResult & { readonly explained: string }> {
  const { seed, kills, lanes, say } = options;
  const project = makeChaosProject(["mixer", "talker"]);
  const ledger = await startLedger();
  try {
    const system = await startLocalSystem({
      aegis: clonedAegis(),
      project,
      isSupervised: options.system === "supervised",
      env: { CHAOS_LEDGER: ledger.url },
    });
    try {
      const result = await runChaos({ system, ledger, seed, harms: kills, lanes, patienceMs: 60_000, say });
      const explained = explainViolations(result, seed);
      return { ...result, explained: explained === "" ? "" : `${explained}\nthe server said:\n${system.said()}` };
    } finally {
      await system.stop();
    }
  } finally {
    await ledger.stop();
    project.remove();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      short: { type: "boolean", default: false },
      kills: { type: "string" },
      lanes: { type: "string", default: "12" },
      seed: { type: "string", default: `seed-${Date.now().toString(36)}` },
      system: { type: "string" },
    },
  });
  const kills = Number(values.kills ?? (values.short ? 12 : 200));
  const systems = values.system === undefined ? (["single", "supervised"] as const) : [systemNamed(values.system)];
  for (const system of systems) {
    const seed = `${values.seed}-${system}`;
    const startedMs = Date.now();
    const options = { system, seed, kills: Math.ceil(kills / systems.length), lanes: Number(values.lanes) };
    const { explained, violations, evidence, harms } = await localChaos({ ...options, say: console.error });
    const seconds = Math.round((Date.now() - startedMs) / 1000);
    console.log(
      `${system}: ${evidence.runs.length} runs, harms ${JSON.stringify(Object.fromEntries(harms))}, ${violations.length} violations, ${seconds} s, seed ${seed}`,
    );
    if (violations.length === 0) continue;
    console.log(explained);
    process.exitCode = 1;
  }
}

function systemNamed(name: string): "single" | "supervised" {
  if (name === "single" || name === "supervised") return name;
  throw new Error(`there is no system ${name}: single, supervised`);
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) await main();
