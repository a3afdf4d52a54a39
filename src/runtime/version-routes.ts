import type { AgentVersion } from "../domain/index.ts";
import { AegisError, type Clock } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { assertWeights } from "./choose-version.ts";
import type { AgentSummary, Runtime } from "./runtime.ts";

interface Place {
  readonly store: Store;
  readonly clock: Clock;
}

/** Every agent that this process offers or that messages are routed to, by name. */
export async function listAgents({ store }: Place, offers: readonly AgentVersion[]): Promise<readonly AgentSummary[]> {
  const routes = await store.listRoutes();
  const names = new Set([...offers, ...routes].map(({ agent }) => agent));
  return [...names].toSorted().map((name) => ({
    name,
    versions: offers.filter(({ agent }) => agent === name).map(({ version }) => version),
    routes: routes.filter(({ agent }) => agent === name),
  }));
}

/** See `Runtime.route`. */
export async function setWeights(
  { store, clock }: Place,
  agent: string,
  weights: Parameters<Runtime["route"]>[1],
): Promise<void> {
  assertWeights(weights);
  const offered = await offeredVersions(store, agent);
  const missing = weights.find(({ version, weight }) => weight > 0 && !offered.has(version));
  if (missing) {
    const there = [...offered].join(", ") || "none";
    throw new AegisError("version.not_offered", `No process offers ${agent}@${missing.version}; offered: ${there}`);
  }
  const updatedAtMs = clock.nowMs();
  const routes = weights.map((route) => ({ agent, ...route, updatedAtMs }));
  await store.setRoutes(agent, routes);
}

async function offeredVersions(store: Store, agent: string): Promise<ReadonlySet<string>> {
  const offered = new Set<string>();
  for (const worker of await store.listWorkers()) {
    if (worker.state !== "live" || !(await store.isWorkerHeld(worker.id))) continue;
    for (const each of worker.offers) if (each.agent === agent) offered.add(each.version);
  }
  return offered;
}
