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
    .map((effect, index): Indexed => {
      const { startNs, endNs, depth } = placer.place(effect);
      return { effect, startNs, endNs, depth, index };
    })
    .sort(byPlace);
}

type Indexed = Place & PlacedEffect & { readonly index: number };

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
  readonly #toolsById = new Map<string, ToolEffect[]>();
  readonly #places = new Map<Effect, Place>();
  readonly #underWay = new Set<Effect>();

  constructor(effects: readonly Effect[]) {
    for (const effect of effects) {
      if (effect.kind !== "tool") continue;
      const known = this.#toolsById.get(effect.callId);
      if (known === undefined) this.#toolsById.set(effect.callId, [effect]);
      else known.push(effect);
    }
  }

  place(effect: Effect): Place {
    const known = this.#places.get(effect);
    if (known !== undefined) return known;
    this.#underWay.add(effect);
    let { startNs } = effect;
    let depth = 0;
    for (const before of this.#underWay.size > WAIT_DEPTH_MAX ? [] : this.#before(effect)) {
      if (this.#underWay.has(before)) continue;
      const place = this.place(before);
      if (place.endNs > startNs) startNs = place.endNs;
      if (place.depth >= depth) depth = place.depth + 1;
    }
    this.#underWay.delete(effect);
    const own = effect.endNs ?? effect.startNs;
    const place: Place = { startNs, endNs: own > startNs ? own : startNs, depth };
    this.#places.set(effect, place);
    return place;
  }

  #before(effect: Effect): readonly Effect[] {
    if (effect.kind === "tool") return effect.requestedBy === undefined ? [] : [effect.requestedBy];
    const before: Effect[] = [];
    const counts = new Map<string, number>();
    for (const message of promptOf(effect)) {
      if (message.role !== "tool") continue;
      const alike = this.#toolsById.get(message.callId);
      if (alike === undefined) continue;
      const index = counts.get(message.callId) ?? 0;
      counts.set(message.callId, index + 1);
      const tool = alike[index];
      if (tool !== undefined) before.push(tool);
    }
    return before;
  }
}

function compare(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
