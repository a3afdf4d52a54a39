import { expect, test } from "vitest";
import { countAgreement } from "./count-agreement.ts";

test("counts pairs by category", () => {
  const pairs = [
    [true, true],
    [true, false],
    [false, false],
    [true, true],
  ] as const;
  expect(countAgreement(pairs)).toEqual({
    categories: [true, false],
    counts: [
      [2, 1],
      [0, 1],
    ],
  });
});

test("lists the categories asked for, seen or not", () => {
  expect(countAgreement([["good", "good"]], ["bad", "good"])).toEqual({
    categories: ["bad", "good"],
    counts: [
      [0, 0],
      [0, 1],
    ],
  });
});

test("refuses no pairs", () => {
  expect(() => countAgreement([])).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});
