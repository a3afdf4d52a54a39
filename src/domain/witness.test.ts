import { expect, test } from "vitest";
import { isWeaker, weakestWitness } from "./witness.ts";

test.each([
  { seen: ["edge", "person", "runtime", "agent"], weakest: "agent" },
  { seen: ["edge", "person", "runtime"], weakest: "runtime" },
  { seen: ["person", null, "edge"], weakest: "person" },
  { seen: [null], weakest: null },
  { seen: [], weakest: null },
] as const)("the weakest of $seen is $weakest", ({ seen, weakest }) => {
  expect(weakestWitness(seen.map((witness) => ({ witness })))).toBe(weakest);
});

test("nobody is weaker than themselves", () => {
  expect(isWeaker("agent", "agent")).toBe(false);
  expect(isWeaker("agent", "edge")).toBe(true);
});
