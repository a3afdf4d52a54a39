import { expect, test } from "vitest";
import { fixedClock } from "../../kernel/index.ts";
import { TakeoverPatience } from "./takeover-patience.ts";

test("a held run is left alone at first, taken after a while, and forgotten in between incidents", () => {
  const clock = fixedClock(5_000);
  const patience = new TakeoverPatience(clock, 1_000);
  expect(patience.isOver("a")).toBe(false);
  patience.note("a");
  clock.advance(999);
  expect(patience.isOver("a")).toBe(false);
  patience.note("a");
  clock.advance(1);
  expect(patience.isOver("a")).toBe(true);
  expect(patience.isOver("b")).toBe(false);
  clock.advance(10_001);
  expect(patience.isOver("a")).toBe(false);
  patience.note("a");
  patience.note("b");
  clock.advance(2_000);
  patience.forget("a");
  expect([patience.isOver("a"), patience.isOver("b")]).toEqual([false, true]);
});
