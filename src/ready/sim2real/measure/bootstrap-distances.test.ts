import { expect, test } from "vitest";
import { seededRandom } from "../../../kernel/index.ts";
import { runMade } from "../logged-run.test-kit.ts";
import { measureGap } from "../measure-gap.ts";
import { centred } from "./bootstrap-distances.ts";

test("draws are moved so that their mean is the distance, and stay in [0, 1]", () => {
  expect(centred([0.4, 0.6, null], 0.3)).toEqual([expect.closeTo(0.2, 12), expect.closeTo(0.4, 12), null]);
  expect(centred([0.1, 0.9], 0.2)).toEqual([0, expect.closeTo(0.6, 12)]);
});

const SAMPLES = 50;

// Two normal populations 0.8 standard deviations apart: largest difference 2 * Phi(0.4) - 1, scipy 1.17.1 norm.cdf.
test("intervals hold the distance of the populations, which a measured distance overstates", () => {
  const truth = 0.3108434832206483;
  const random = seededRandom(11);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const runs = (shift: number) =>
    Array.from({ length: 20 }, () =>
      runMade({ says: ["x".repeat(Math.max(1, Math.round(500 + 100 * (normal() + shift))))] }),
    );
  let held = 0;
  let distances = 0;
  let widths = 0;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const report = measureGap({ evals: runs(0), production: runs(0.8), draws: 60, seed: sample });
    const { interval, distance } = report.dimensions.find(({ name }) => name === "message length")!;
    if (interval!.lower <= truth && truth <= interval!.upper) held += 1;
    distances += distance! / SAMPLES;
    widths += (interval!.upper - interval!.lower) / SAMPLES;
  }
  expect(held / SAMPLES).toBeGreaterThan(0.88);
  expect(distances).toBeGreaterThan(truth + 0.05);
  // Holding it by being wide would be no art.
  expect(widths).toBeLessThan(0.65);
}, 60_000);
