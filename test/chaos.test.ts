import { expect, test } from "vitest";
import { localChaos } from "../bench/chaos/local-chaos.ts";
import { clonedAegis } from "../bench/aegis-under-test.ts";
import { measureRecoveries } from "../bench/chaos/measure-recovery.ts";

// The whole thing, 200 kills, is `node bench/chaos.ts`. A seed that failed is given there as --seed.
test.each(["single", "supervised"] as const)(
  "nothing is lost or done twice, however often the server is killed: %s",
  async (system) => {
    const seed = `ci-${system}`;
    const { violations, explained, evidence, harms } = await localChaos({
      system,
      seed,
      kills: 6,
      lanes: 6,
      say: () => {},
    });
    expect(violations, explained).toEqual([]);
    expect([...harms.values()].reduce((sum, count) => sum + count, 0)).toBe(6);
    // Chaos in which nothing happened would prove nothing.
    expect(evidence.runs.some(({ events }) => events.some(({ type }) => type === "run.resumed"))).toBe(true);
    expect(evidence.runs.flatMap(({ arrivals }) => arrivals).length).toBeGreaterThan(0);
  },
  180_000,
);

test("a run that was killed goes on by itself", async () => {
  const recoveries = await measureRecoveries({ aegis: clonedAegis(), kills: 2, seed: "ci" });
  expect(recoveries.map(({ afterKillMs }) => afterKillMs > 0)).toEqual([true, true]);
});
