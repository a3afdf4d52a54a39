import { expect, test } from "vitest";
import { gapIndex } from "./gap-index.ts";
import { intervalOf, type MeasuredDimension } from "./measure-dimensions.ts";

const measured = (excess: number, draws: readonly (number | null)[], weight = 1): MeasuredDimension => ({
  gap: {
    name: "model",
    group: "configuration",
    method: "Jensen-Shannon",
    weight,
    status: "measured",
    evals: { runCount: 9, clusterCount: 9 },
    production: { runCount: 9, clusterCount: 9 },
    distance: 0.5,
    interval: null,
    expected: 0.1,
    excess,
    pValue: 0.5,
    qValue: 0.5,
    isDistinguishable: false,
    factor: null,
    difference: "",
  },
  excessDraws: draws,
});

test.each([
  { why: "draws below the value", draws: [0.3, 0.3], lower: 70, upper: 80 },
  { why: "draws above the value", draws: [0.1, 0.1], lower: 80, upper: 90 },
  { why: "draws closer than chance", draws: [-0.5, -0.5], lower: 80, upper: 100 },
  { why: "a draw that left a side silent", draws: [0.3, null], lower: 70, upper: 80 },
])("the interval holds the value: $why", ({ draws, lower, upper }) => {
  const { value, interval } = gapIndex([measured(0.2, draws)]);
  expect(value).toBeCloseTo(80, 9);
  expect(interval!.lower).toBeCloseTo(lower, 9);
  expect(interval!.upper).toBeCloseTo(upper, 9);
});

test("dimensions count by weight, and one closer than chance makes up for none", () => {
  const { value, measuredShare } = gapIndex([measured(0.4, [0.4], 3), measured(-0.2, [0], 1)]);
  expect(value).toBeCloseTo(70, 9);
  expect(measuredShare).toBe(1);
});

test("below half of the weight there is no index", () => {
  const silent = (weight: number): MeasuredDimension => {
    const { gap } = measured(0, [], weight);
    return { gap: { ...gap, status: "too few", excess: null }, excessDraws: [] };
  };
  expect(gapIndex([measured(0.2, [0.2], 5), silent(5)])).toMatchObject({ measuredShare: 0.5 });
  expect(gapIndex([measured(0.2, [0.2], 5), silent(5)]).value).toBeCloseTo(80, 9);
  expect(gapIndex([measured(0.2, [0.2], 4.9), silent(5.1)])).toMatchObject({ value: null, interval: null });
});

test("an interval is the middle 95 of a hundred, of at least half of the draws", () => {
  const draws = Array.from({ length: 201 }, (_, index) => index);
  expect(intervalOf(draws)).toEqual({ lower: 5, upper: 195 });
  expect(intervalOf([...draws, ...Array<null>(201).fill(null)])).toEqual({ lower: 5, upper: 195 });
  expect(intervalOf([...draws, ...Array<null>(202).fill(null)])).toBeNull();
});
