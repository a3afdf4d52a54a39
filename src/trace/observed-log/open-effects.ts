import type { PlacedEffect } from "./order-effects.ts";

export interface OpenEffect {
  readonly place: PlacedEffect;
  readonly effect: number;
}

/** Effects that were called and have not returned: a heap, the first to return on top, however many there are. */
export class OpenEffects {
  readonly #heap: OpenEffect[] = [];

  add(open: OpenEffect): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(open);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!returnsBefore(open, heap[above])) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = open;
  }

  /** The next one that had returned by then, which is no longer open; without a time, the next one at all. */
  take(untilNs: bigint | undefined): OpenEffect | undefined {
    const first = this.#heap[0];
    if (first === undefined || (untilNs !== undefined && first.place.endNs > untilNs)) return undefined;
    const last = this.#heap.pop()!;
    if (last !== first) this.#sink(last);
    return first;
  }

  /** From the top down to its place. */
  #sink(open: OpenEffect): void {
    const heap = this.#heap;
    let at = 0;
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      if (returnsBefore(heap[below + 1], heap[below])) below += 1;
      if (!returnsBefore(heap[below], open)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = open;
  }
}

/** Of two that return at one time the one that was called first. */
function returnsBefore(left: OpenEffect | undefined, right: OpenEffect | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if (left.place.endNs !== right.place.endNs) return left.place.endNs < right.place.endNs;
  return left.effect < right.effect;
}
