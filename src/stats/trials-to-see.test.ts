import { expect, test } from "vitest";
import { powerOf } from "./power-of.ts";
import { trialsToSee } from "./trials-to-see.ts";

// First count whose power, by going through all outcomes with scipy 1.10.1, is 0.8 or more; reference/tests.py.
test.each([
  { baselineRate: 1, drop: 0.5, trials: 8 },
  { baselineRate: 0.9, drop: 0.5, trials: 11 },
])("a fall of $drop from $baselineRate takes $trials trials a side", ({ trials, ...question }) => {
  expect(trialsToSee(question)).toMatchObject({ trials, method: "exact" });
});

test.each([
  { baselineRate: 0.9, drop: 0.2, power: 0.8 },
  { baselineRate: 0.95, drop: 0.15, power: 0.9 },
  { baselineRate: 0.5, drop: 0.25, power: 0.5 },
])("no smaller count would do: $drop from $baselineRate", ({ baselineRate, drop, power }) => {
  const found = trialsToSee({ baselineRate, drop, power });
  const rates = { a: baselineRate, b: baselineRate - drop };
  expect(found?.power).toBeGreaterThanOrEqual(power);
  for (let trials = 1; trials < found!.trials; trials += 1) {
    expect(powerOf({ ...rates, trials }).power).toBeLessThan(power);
  }
});

test("a small fall takes more than 200 trials, counted for Fisher's test", () => {
  // First count whose power, by going through all outcomes with scipy 1.10.1, is 0.8 or more; reference/tests.py.
  const found = trialsToSee({ baselineRate: 0.9, drop: 0.08 });
  expect(found).toMatchObject({ trials: 253, method: "fisher" });
  expect(found?.power).toBeCloseTo(0.8000432596231978, 9);
});

test("gives up at the limit", () => {
  expect(trialsToSee({ baselineRate: 0.9, drop: 0.001 })).toBeUndefined();
  expect(trialsToSee({ baselineRate: 1, drop: 0.5, trialsMax: 7 })).toBeUndefined();
});

test.each([
  { baselineRate: 0.5, drop: 0.6 },
  { baselineRate: 0.5, drop: 0 },
  { baselineRate: 50, drop: 10 },
  { baselineRate: 0.5, drop: 0.1, power: 1 },
  { baselineRate: 0.5, drop: 0.1, trialsMax: 0 },
])("refuses %j", (question) => {
  expect(() => trialsToSee(question)).toThrow(expect.objectContaining({ code: "stats.bad_option" }));
});
