// A round of chaos over one machine, from an empty folder to what was violated.
import { clonedAegis } from "../aegis-under-test.ts";
import { explainViolations } from "./explain-violations.ts";
import { startLedger } from "./ledger.ts";
import { startLocalSystem } from "./local-system.ts";
import { makeChaosProject } from "./project.ts";
import { type ChaosResult, runChaos } from "./run-chaos.ts";

export interface LocalChaosOptions {
  readonly system: "single" | "supervised";
  readonly seed: string;
  readonly kills: number;
  readonly lanes: number;
  readonly aegis?: string;
  readonly say: (text: string) => void;
}

/** Chaos over one machine: one SQLite file, one serving process at a time. */
export async function localChaos(options: LocalChaosOptions): Promise<ChaosResult & { readonly explained: string }> {
  const { seed, kills, lanes, aegis = clonedAegis(), say: tell } = options;
  const project = makeChaosProject(["mixer", "talker"]);
  const ledger = await startLedger();
  try {
    const system = await startLocalSystem({
      aegis,
      project,
      isSupervised: options.system === "supervised",
      env: { CHAOS_LEDGER: ledger.url },
    });
    try {
      const result = await runChaos({ system, ledger, seed, harms: kills, lanes, patienceMs: 60_000, say: tell });
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
