import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ISOLATION_LEVELS, type IsolationLevel } from "../domain/index.ts";
import type { PerformTrial } from "../eval/index.ts";
import type { SandboxProvider } from "../sandbox/index.ts";
import type { ClosedPlaces } from "./closed-places.ts";
import type { TrialPlaces } from "./trial-mounts.ts";

/** Performs trials at one level; what it keeps warm goes with it. */
export interface Performer extends AsyncDisposable {
  readonly perform: PerformTrial;
  /** Between two evals files may change: the next trial looks at them anew. */
  readonly forget: () => void;
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
    return { perform: performInProcess, forget: () => undefined, [Symbol.asyncDispose]: async () => undefined };
  }
  const [{ performInSandbox }, provider] = await Promise.all([
    import("./perform-in-sandbox.ts"),
    openProvider(level, place),
  ]);
  const { place: placeTrial, forget } = await placesAt(level, provider, place);
  const perform = performInSandbox(provider, placeTrial);
  return { perform, forget, [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose]() };
}

async function placesAt(
  level: IsolationLevel,
  provider: SandboxProvider,
  place: PerformerPlace,
): Promise<ClosedPlaces> {
  const caches = join(place.root, ".aegis", "cache");
  // A cache that programs may write is no business of a sandbox that is closed.
  if (level === "process") {
    const trialPlace = { compileCache: makeFolder(join(caches, "trials")) };
    return { place: () => Promise.resolve(trialPlace), forget: () => undefined };
  }
  const { closedPlaces } = await import("./closed-places.ts");
  return closedPlaces({ ...place, provider, folder: join(caches, "compiled") });
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
  const { examineLevel } = await import("./sandbox-levels.ts");
  for (const level of ISOLATION_LEVELS.toReversed()) {
    if ((await examineLevel(level)).isAvailable) return level;
  }
  return "none";
}

function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
