import type { Json } from "../kernel/index.ts";
import type { StatePair, WorldFactory, WorldRequest } from "./world.ts";

/** A world that was opened: its state before is already taken. */
export interface OpenWorld {
  readonly env: Readonly<Record<string, string>>;
  /** State before and after, or null for a world without state. Ask once, when the agent has ended. */
  captureState(): Promise<StatePair | null>;
  /** Never throws: what the world leaves behind is its own affair. */
  close(): Promise<void>;
}

export async function openWorld(factory: WorldFactory | undefined, request: WorldRequest): Promise<OpenWorld> {
  const world = (await factory?.({ ...request, state: structuredClone(request.state) })) ?? {};
  const before: Json | undefined = await world.state?.();
  return {
    env: world.env ?? {},
    async captureState() {
      if (world.touched) return world.touched();
      if (!world.state || before === undefined) return null;
      return { before, after: await world.state() };
    },
    async close() {
      try {
        await world.close?.();
      } catch {
        // the trial is already decided
      }
    },
  };
}
