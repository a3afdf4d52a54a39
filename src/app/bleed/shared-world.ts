import { canonicalJson, type Json } from "../../kernel/index.ts";
import { diffState } from "../../domain/index.ts";
import type { Traveller } from "../../eval/bleed/index.ts";
import type { StatePair, TrialWorld, WorldFactory } from "../../world/index.ts";

/** Worlds that nobody resets: trials that begin with the same state share one. */
export interface SharedWorlds extends AsyncDisposable {
  readonly factory: WorldFactory;
  /** What the next trial with this case will find that earlier ones left in its world. */
  readonly foundBy: (caseId: string, attemptIndex: number) => readonly Traveller[];
}

interface OpenWorld {
  readonly world: TrialWorld;
  readonly atFirst: Json | undefined;
  /** By place in the state: the case whose trial changed it last. */
  readonly leftBy: Map<string, string>;
  current: string;
}

export function sharedWorlds(factory: WorldFactory): SharedWorlds {
  const open = new Map<string, OpenWorld>();
  const found = new Map<string, readonly Traveller[]>();
  return {
    factory: async (request) => {
      const key = canonicalJson({ state: request.state, clock: request.clock ?? null, user: request.user?.id ?? null });
      const before = open.get(key);
      const shared = before ?? (await openShared(factory, request));
      open.set(key, shared);
      if (before) await noteChanges(shared);
      const left = [...shared.leftBy].map(([what, leftBy]): Traveller => ({ kind: "row", what, leftBy }));
      found.set(`${request.attemptIndex} ${request.caseId}`, left);
      shared.current = request.caseId;
      // Nobody closes it but the end of the order.
      const { close: _close, ...rest } = shared.world;
      return rest;
    },
    foundBy: (caseId, attemptIndex) => found.get(`${attemptIndex} ${caseId}`) ?? [],
    async [Symbol.asyncDispose]() {
      for (const { world } of open.values()) await world.close?.();
    },
  };
}

async function openShared(factory: WorldFactory, request: Parameters<WorldFactory>[0]): Promise<OpenWorld> {
  // A world that outlives its first trial is not cancelled with it.
  const world = await factory({ ...request, signal: new AbortController().signal });
  return { world, atFirst: await world.state?.(), leftBy: new Map(), current: request.caseId };
}

async function noteChanges(shared: OpenWorld): Promise<void> {
  const { world, atFirst, leftBy, current } = shared;
  const touched: StatePair | undefined = world.touched && (await world.touched());
  const changes = touched
    ? diffState(touched.before, touched.after)
    : world.state && atFirst !== undefined
      ? diffState(atFirst, await world.state())
      : [];
  const paths = new Set(changes.map(({ path }) => path));
  for (const path of leftBy.keys()) if (!paths.has(path)) leftBy.delete(path);
  for (const path of paths) if (!leftBy.has(path)) leftBy.set(path, current);
}
