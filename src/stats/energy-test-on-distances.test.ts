import { expect, test } from "vitest";
import { energyTestOnDistances } from "./energy-test-on-distances.ts";

const EDITS = [
  [0, 1, 2, 4, 4],
  [1, 0, 1, 3, 4],
  [2, 1, 0, 3, 3],
  [4, 3, 3, 0, 1],
  [4, 4, 3, 1, 0],
];

test("edit distances: three trials of a, two of b", () => {
  // All ten labellings by brute force, numpy 1.24.2; reference/energy.py.
  const result = energyTestOnDistances({ distances: EDITS, countA: 3 });
  expect(result.statistic).toBeCloseTo(6.7333333333333325, 12);
  expect(result).toMatchObject({ pValue: 0.1, isExact: true, minAttainableP: 0.1 });
});

test("one trial a side: both labellings look the same", () => {
  expect(
    energyTestOnDistances({
      distances: [
        [0, 3],
        [3, 0],
      ],
      countA: 1,
    }),
  ).toMatchObject({ pValue: 1, minAttainableP: 1 });
});

test.each([
  { why: "no trial of a", distances: EDITS, countA: 0 },
  { why: "no trial of b", distances: EDITS, countA: 5 },
  { why: "a row too short", distances: [[0, 1], [1]], countA: 1 },
  {
    why: "a distance below 0",
    distances: [
      [0, -1],
      [-1, 0],
    ],
    countA: 1,
  },
  {
    why: "a distance to itself",
    distances: [
      [1, 1],
      [1, 0],
    ],
    countA: 1,
  },
  {
    why: "two distances for one pair",
    distances: [
      [0, 1],
      [2, 0],
    ],
    countA: 1,
  },
])("refuses $why", (sample) => {
  expect(() => energyTestOnDistances(sample)).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});
