import * as fc from "fast-check";
import { expect, test } from "vitest";
import { OpenEffects } from "./open-effects.ts";
import type { PlacedEffect } from "./order-effects.ts";

test("what is open comes back in the order in which it returns, and never before its time", () => {
  const step = fc.record({ endNs: fc.bigInt(0n, 20n), untilNs: fc.option(fc.bigInt(0n, 20n)) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const heap = new OpenEffects();
      let open: { endNs: bigint; effect: number }[] = [];
      for (const [effect, { endNs, untilNs }] of steps.entries()) {
        heap.add({ place: { endNs, startNs: 0n } as PlacedEffect, effect });
        open.push({ endNs, effect });
        if (untilNs === null) continue;
        const due = open.filter((each) => each.endNs <= untilNs);
        open = open.filter((each) => each.endNs > untilNs);
        expect(takeAll(heap, untilNs)).toEqual(due.sort(byEnd).map((each) => each.effect));
      }
      expect(takeAll(heap, undefined)).toEqual(open.sort(byEnd).map(({ effect }) => effect));
    }),
  );
});

function takeAll(heap: OpenEffects, untilNs: bigint | undefined): number[] {
  const taken: number[] = [];
  for (let next = heap.take(untilNs); next !== undefined; next = heap.take(untilNs)) taken.push(next.effect);
  return taken;
}

function byEnd(left: { endNs: bigint; effect: number }, right: { endNs: bigint; effect: number }): number {
  return Number(left.endNs - right.endNs) || left.effect - right.effect;
}
