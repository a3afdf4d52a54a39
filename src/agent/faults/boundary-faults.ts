import { type Clock, type Json, toJson } from "../../kernel/index.ts";
import type { NewEvent } from "../../domain/index.ts";
import {
  type FaultHit,
  type FaultPlan,
  modelFault,
  type ModelDisturbance,
  openToolCallPerformer,
  type ToolCallPerformer,
  toolFault,
} from "../../fault/index.ts";
import { sleepAtLeast } from "../sleep-at-least.ts";

/** What a boundary lends to whoever disturbs it. */
export interface FaultLink {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly tell: (event: NewEvent) => void;
  /** The effect that the caller is inside of. */
  readonly currentEffect: () => number | undefined;
}

interface DisturbedTool {
  readonly tool: string;
  readonly arguments: Json;
  readonly effect: number;
  readonly run: (given: Json) => unknown;
}

interface BoundaryFaultsOptions extends FaultLink {
  readonly plan: FaultPlan;
}

/** What the world does wrong at an agent's own boundary: to tools in its process, and to models it is wrapped around. */
export class BoundaryFaults {
  readonly #options: BoundaryFaultsOptions;
  readonly #startMs: number;
  readonly #tools: ToolCallPerformer;

  constructor(options: BoundaryFaultsOptions) {
    this.#options = options;
    this.#startMs = options.clock.monotonicMs();
    this.#tools = openToolCallPerformer({ sleep: (ms) => this.sleep(ms), hang: () => this.hang() });
  }

  /** One call of a tool, as its caller shall see it. */
  tool({ tool, arguments: given, effect, run }: DisturbedTool): Promise<Json> {
    const hit = this.#next({ boundary: "tool", name: tool });
    const disturbance = hit && toolFault(hit);
    return this.#tools.perform({
      tool,
      arguments: given,
      disturbance,
      run: async (asked) => toJson(await run(asked)),
      onFault: () => hit && disturbance && this.#tell(hit, { ...disturbance, effect }),
    });
  }

  /** What happens to the next call of a model; told by `acted` once it does. */
  model(): (ModelDisturbance & { readonly acted: () => void }) | undefined {
    const hit = this.#next({ boundary: "model" });
    if (!hit) return undefined;
    const disturbance = modelFault(hit);
    const effect = this.#options.currentEffect();
    return {
      ...disturbance,
      acted: () => this.#tell(hit, { ...disturbance, ...(effect !== undefined && { effect }) }),
    };
  }

  async sleep(ms: number): Promise<void> {
    if (ms > 0) await sleepAtLeast(ms, this.#options.signal);
  }

  /** Ends with the trial only. */
  hang(): Promise<never> {
    const { signal } = this.#options;
    return new Promise<never>((_done, fail) => {
      const end = () => fail(signal?.reason as Error);
      if (signal?.aborted) end();
      signal?.addEventListener("abort", end, { once: true });
    });
  }

  #next(on: Parameters<FaultPlan["next"]>[0]["on"]): FaultHit | undefined {
    const { plan, clock } = this.#options;
    return plan.next({ on, nowMs: clock.monotonicMs() - this.#startMs });
  }

  /** Ground truth goes first: whatever the agent does next, it did after this. */
  #tell({ on }: FaultHit, told: { readonly fault: string; readonly detail: Json; readonly effect?: number }): void {
    const { clock, tell } = this.#options;
    tell({
      type: "fault.injected",
      witness: "runtime",
      atMs: clock.nowMs(),
      on,
      fault: told.fault,
      detail: told.detail,
      ...(told.effect !== undefined && { effect: told.effect }),
    });
  }
}

/** For `BoundaryOptions.faults`: loaded only where a trial has faults. */
export function boundaryFaults(plan: FaultPlan): (link: FaultLink) => BoundaryFaults {
  return (link) => new BoundaryFaults({ plan, ...link });
}
