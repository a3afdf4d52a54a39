import type { AgentVersion, VersionRoute } from "../domain/index.ts";
import { AegisError, seedFromText } from "../kernel/index.ts";

/**
 * The version a session's next run goes to. The share a version gets is a share of sessions: the same session comes to
 * the same version as long as the weights stay.
 */
export function chooseVersion(routes: readonly VersionRoute[], sessionId: string): string | undefined {
  const total = routes.reduce((sum, { weight }) => sum + weight, 0);
  let point = (seedFromText(sessionId) / 2 ** 32) * total;
  for (const { version, weight } of routes) {
    if (weight > 0 && point < weight) return version;
    point -= weight;
  }
  return routes.findLast(({ weight }) => weight > 0)?.version;
}

/** How a process that starts changes where new runs go. */
export type DeployMode =
  /** All new runs go to its versions. */
  | { readonly kind: "replace" }
  /** Its versions get this share of new runs, in percent; the rest stays as it is. */
  | { readonly kind: "canary"; readonly percent: number }
  /** New runs go where they went; its versions get some only where nothing is routed yet. */
  | { readonly kind: "join" };

/** The agent's routes once a process offers this version; undefined when they stay. */
export function routesAfterDeploy(
  before: readonly VersionRoute[],
  offered: AgentVersion,
  { mode, nowMs }: { readonly mode: DeployMode; readonly nowMs: number },
): readonly VersionRoute[] | undefined {
  const own = (weight: number): VersionRoute => ({ ...offered, weight, updatedAtMs: nowMs });
  const others = before.filter(({ version }) => version !== offered.version);
  const total = others.reduce((sum, { weight }) => sum + weight, 0);
  const isKnown = others.length < before.length;
  if (total === 0 && !isKnown) return [own(100)];
  if (mode.kind === "join") return undefined;
  if (mode.kind === "replace") {
    const isAlone = total === 0;
    return isAlone ? undefined : [...others.map((route) => ({ ...route, weight: 0, updatedAtMs: nowMs })), own(100)];
  }
  if (total === 0) return undefined;
  const rest = others.map((route) => ({ ...route, weight: (route.weight / total) * (100 - mode.percent) }));
  return [...rest, own(mode.percent)];
}

/** @throws {AegisError} "version.bad_weights" */
export function assertWeights(weights: readonly { readonly version: string; readonly weight: number }[]): void {
  const versions = new Set(weights.map(({ version }) => version));
  const areFine = weights.every(({ weight }) => Number.isFinite(weight) && weight >= 0);
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  if (areFine && total > 0 && Number.isFinite(total) && versions.size === weights.length) return;
  throw new AegisError("version.bad_weights", `These weights route nothing: ${JSON.stringify(weights)}`);
}
