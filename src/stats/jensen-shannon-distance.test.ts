import fc from "fast-check";
import { expect, test } from "vitest";
import { jensenShannonDistance } from "./jensen-shannon-distance.ts";

// From scipy 1.17.1 spatial.distance.jensenshannon(base=2); reference/distances.py.
test.each([
  { a: [5, 3, 2], b: [1, 1, 8], distance: 0.5308235122618308 },
  { a: [1, 0], b: [0, 1], distance: 1 },
  { a: [2, 4, 6], b: [1, 2, 3], distance: 0 },
  { a: [0.2, 0.8, 0], b: [0.25, 0.25, 0.5], distance: 0.6010675930695908 },
  { a: [99, 1], b: [96, 4], distance: 0.08436983470119665 },
])("$a to $b: $distance", ({ a, b, distance }) => {
  expect(jensenShannonDistance({ a, b })).toBeCloseTo(distance, 9);
});

const masses = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 })
  .filter((all) => all.some(Boolean));

test("is a metric in [0, 1]", () => {
  fc.assert(
    fc.property(masses, masses, masses, (a, b, c) => {
      const ab = jensenShannonDistance({ a, b });
      expect(ab).toBeGreaterThanOrEqual(0);
      expect(ab).toBeLessThanOrEqual(1);
      expect(jensenShannonDistance({ a: b, b: a })).toBeCloseTo(ab, 12);
      expect(ab).toBeLessThanOrEqual(jensenShannonDistance({ a, b: c }) + jensenShannonDistance({ a: c, b }) + 1e-7);
    }),
  );
});

test.each([
  { why: "different lengths", a: [1], b: [1, 2] },
  { why: "no mass", a: [0, 0], b: [1, 2] },
  { why: "a negative mass", a: [1, 1], b: [2, -1] },
  { why: "no number", a: [1, Number.NaN], b: [2, 1] },
  { why: "nothing at all", a: [], b: [] },
])("refuses $why", ({ a, b }) => {
  expect(() => jensenShannonDistance({ a, b })).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});
