import { expect, test } from "vitest";
import { fixedClock } from "../../kernel/index.ts";
import { takingTurns } from "./taking-turns.ts";

test.each([
  { count: 255, pieces: 2 },
  { count: 256, pieces: 5 },
])("of $count pieces of a millisecond $pieces are done between two turns of others", async ({ count, pieces }) => {
  const clock = fixedClock(1_000);
  const turn = takingTurns(clock, count);
  for (let round = 0; round < 3; round += 1) {
    for (let piece = 1; piece <= pieces; piece += 1) {
      clock.advance(1);
      const waiting = turn();
      expect(waiting !== undefined).toBe(piece === pieces);
      // What others do meanwhile is not counted.
      if (waiting !== undefined) clock.advance(50);
      await waiting;
    }
  }
});
