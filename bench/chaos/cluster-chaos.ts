// A round of chaos over a cluster, from an empty folder to what was violated.
import { clonedAegis } from "../aegis-under-test.ts";
import { CLUSTER_CONFIG, startClusterSystem } from "./cluster-system.ts";
import { explainViolations } from "./explain-violations.ts";
import { startLedger } from "./ledger.ts";
import { makeChaosProject } from "./project.ts";
import { type ChaosResult, runChaos } from "./run-chaos.ts";

export interface ClusterChaosOptions {
  readonly seed: string;
  readonly harms: number;
  readonly lanes: number;
  readonly aegis?: string;
  readonly say: (text: string) => void;
}

/** Chaos over three workers, Postgres and Restate. */
export async function clusterChaos(
  options: ClusterChaosOptions,
): Promise<ChaosResult & { readonly explained: string }> {
  const { seed, harms, lanes, aegis = clonedAegis(), say } = options;
  const project = makeChaosProject(["mixer", "talker"], CLUSTER_CONFIG);
  const ledger = await startLedger();
  try {
    const system = await startClusterSystem({ aegis, project, env: { CHAOS_LEDGER: ledger.url } });
    try {
      const ended = await runChaos({ system, ledger, seed, harms, lanes, patienceMs: 90_000, say });
      const faults = system.faults.map((what) => ({ what }));
      const result = { ...ended, violations: [...ended.violations, ...faults] };
      const explained = explainViolations(result, seed);
      return { ...result, explained: explained === "" ? "" : `${explained}\nthe cluster said:\n${system.said()}` };
    } finally {
      await system.close();
    }
  } finally {
    await ledger.stop();
    project.remove();
  }
}
