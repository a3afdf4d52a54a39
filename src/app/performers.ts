import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ISOLATION_LEVELS, type IsolationLevel } from "../domain/index.ts";
import type { AgentTarget, PerformTrial } from "../eval/index.ts";
import type { SandboxProvider } from "../sandbox/index.ts";
import type { PlaceTrial, TrialPlace } from "./perform-in-sandbox.ts";
import { examineLevel } from "./sandbox-levels.ts";
import { trialMounts, type TrialPlaces } from "./trial-mounts.ts";

/** Performs trials at one level; what it keeps warm goes with it. */
export interface Performer extends AsyncDisposable {
  readonly perform: PerformTrial;
}

export interface PerformerPlace extends Omit<TrialPlaces, "target"> {
  /** Trials at a time: so many are kept ready where that is worth it. */
  readonly width: number;
  /** Told what is being built, where a level takes that the first time. */
  readonly onProgress?: (message: string) => void;
}

/** @throws {AegisError} "sandbox.unavailable": a level is never replaced by a weaker one */
export async function openPerformer(level: IsolationLevel, place: PerformerPlace): Promise<Performer> {
  if (level === "none") {
    const { performInProcess } = await import("./perform-in-process.ts");
    return { perform: performInProcess, [Symbol.asyncDispose]: async () => undefined };
  }
  const [{ performInSandbox }, provider] = await Promise.all([
    import("./perform-in-sandbox.ts"),
    openProvider(level, place),
  ]);
  const caches = join(place.root, ".aegis", "cache");
  // A cache that programs may write is no business of a sandbox that is closed.
  const placeTrial =
    level === "process"
      ? always({ compileCache: makeFolder(join(caches, "trials")) })
      : await closedPlaces(provider, { ...place, caches });
  const perform = performInSandbox(provider, placeTrial);
  return { perform, [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose]() };
}

function always(trialPlace: TrialPlace): PlaceTrial {
  return () => Promise.resolve(trialPlace);
}

/** At levels that hide all but what is mounted: one look at the files, and one compilation, for each agent. */
async function closedPlaces(
  provider: SandboxProvider,
  { caches, ...place }: PerformerPlace & { readonly caches: string },
): Promise<PlaceTrial> {
  const { compiledCode } = await import("./compiled-code.ts");
  const places = new Map<string, Promise<TrialPlace>>();
  const open = async (target: AgentTarget, env: Readonly<Record<string, string>>): Promise<TrialPlace> => {
    const mounts = trialMounts({ ...place, target });
    const { file } = target;
    const folder = join(caches, "compiled");
    const told = place.onProgress && { onProgress: place.onProgress };
    const compileCache = await compiledCode({ provider, mounts, file, folder, env, ...told });
    return compileCache === undefined ? { mounts } : { compileCache, mounts: [...mounts, { path: compileCache }] };
  };
  return ({ target }, env) => {
    const found = places.get(target.file) ?? open(target, env);
    places.set(target.file, found);
    return found;
  };
}

async function openProvider(
  level: Exclude<IsolationLevel, "none">,
  { width, onProgress }: PerformerPlace,
): Promise<SandboxProvider> {
  switch (level) {
    case "process":
      return (await import("../sandbox/adapters/process-sandbox.ts")).processSandboxProvider();
    case "namespace":
      return (await import("../sandbox/adapters/namespace/namespace-sandbox.ts")).namespaceSandboxProvider();
    case "vm":
      return (await import("../sandbox/adapters/vm/vm-sandbox-provider.ts")).vmSandboxProvider({
        pool: width,
        ...(onProgress && { onProgress }),
      });
  }
}

/** Trials at a time unless told. */
export function defaultConcurrency(level: IsolationLevel): number {
  return level === "none" ? 16 : Math.max(1, availableParallelism());
}

/** The strongest level that a program can really be started at here. */
export async function strongestLevel(): Promise<IsolationLevel> {
  for (const level of ISOLATION_LEVELS.toReversed()) {
    if ((await examineLevel(level)).isAvailable) return level;
  }
  return "none";
}

function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
