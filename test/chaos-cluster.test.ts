import { expect, test } from "vitest";
import { clonedAegis } from "../bench/aegis-under-test.ts";
import { clusterChaos } from "../bench/chaos/cluster-chaos.ts";
import { measureFailovers } from "../bench/chaos/measure-failover.ts";

// The whole thing, 100 harms, is `node bench/chaos.ts`. A seed that failed is given there as --seed, --system cluster.
test("nothing is lost or done twice, whatever part of the cluster goes and comes back", async () => {
  const { violations, explained, evidence, harms } = await clusterChaos({
    seed: "ci-cluster",
    harms: 8,
    lanes: 6,
    say: () => {},
  });
  expect(violations, explained).toEqual([]);
  expect([...harms.values()].reduce((sum, count) => sum + count, 0)).toBe(8);
  // Chaos in which nothing happened would prove nothing.
  expect(evidence.runs.some(({ events }) => events.some(({ type }) => type === "run.resumed"))).toBe(true);
  expect(evidence.runs.flatMap(({ arrivals }) => arrivals).length).toBeGreaterThan(0);
}, 240_000);

test("a run whose worker was killed goes on with another one", async () => {
  const failovers = await measureFailovers({ aegis: clonedAegis(), kills: 2, seed: "ci" });
  expect(failovers.map(({ afterKillMs }) => afterKillMs > 0)).toEqual([true, true]);
}, 120_000);
