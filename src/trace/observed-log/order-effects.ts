import { type Effect, promptOf, type ToolEffect } from "./effect.ts";

/** An effect with the time at which it takes its place; clocks that disagree do not put an answer before its question. */
export interface PlacedEffect {
  readonly effect: Effect;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/**
 * By start; but a tool's call comes after the answer that asked for it, and a model call after the results its prompt
 * holds, whatever their clocks say.
 * @param effects in order of start
 */
export function orderEffects(effects: readonly Effect[]): PlacedEffect[] {
  const placer = new Placer(effects);
  return effects
    .map((effect, index) => ({ ...placer.place(effect), effect, index }))
    .sort(byPlace)
    .map(({ effect, startNs, endNs }) => ({ effect, startNs, endNs }));
}

type Indexed = Place & { readonly effect: Effect; readonly index: number };

/** Calls that began at one time, as far as the clock tells, are in the order in which they were asked for. */
function byPlace(left: Indexed, right: Indexed): number {
  const byTime = compare(left.startNs, right.startNs) || left.depth - right.depth;
  return byTime || requestIndex(left.effect) - requestIndex(right.effect) || left.index - right.index;
}

function requestIndex(effect: Effect): number {
  return effect.kind === "tool" ? effect.requestIndex : 0;
}

interface Place {
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** How many effects it waits for, one after the other: decides where times are equal. */
  readonly depth: number;
}

/** Clocks so wrong that so many effects would each have to wait for a later one are not put right. */
const WAIT_DEPTH_MAX = 500;

class Placer {
  readonly #toolsById: ReadonlyMap<string, readonly ToolEffect[]>;
  readonly #places = new Map<Effect, Place>();
  readonly #underWay = new Set<Effect>();

  constructor(effects: readonly Effect[]) {
    const tools = effects.filter((effect) => effect.kind === "tool");
    this.#toolsById = Map.groupBy(tools, ({ callId }) => callId);
  }

  place(effect: Effect): Place {
    const known = this.#places.get(effect);
    if (known !== undefined) return known;
    this.#underWay.add(effect);
    const isDeep = this.#underWay.size > WAIT_DEPTH_MAX;
    const before = (isDeep ? [] : this.#before(effect))
      .filter((each) => !this.#underWay.has(each))
      .map((each) => this.place(each));
    this.#underWay.delete(effect);
    const startNs = before.reduce((latest, { endNs }) => (endNs > latest ? endNs : latest), effect.startNs);
    const own = effect.endNs ?? effect.startNs;
    const place: Place = {
      startNs,
      endNs: own > startNs ? own : startNs,
      depth: before.reduce((most, { depth }) => Math.max(most, depth + 1), 0),
    };
    this.#places.set(effect, place);
    return place;
  }

  #before(effect: Effect): Effect[] {
    if (effect.kind === "tool") return effect.requestedBy === undefined ? [] : [effect.requestedBy];
    const counts = new Map<string, number>();
    return promptOf(effect).flatMap((message) => {
      if (message.role !== "tool") return [];
      const index = counts.get(message.callId) ?? 0;
      counts.set(message.callId, index + 1);
      return this.#toolsById.get(message.callId)?.[index] ?? [];
    });
  }
}

function compare(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
