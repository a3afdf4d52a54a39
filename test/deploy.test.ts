import { expect, test } from "vitest";
import { clonedAegis } from "../bench/aegis-under-test.ts";
import { runDeploy } from "../bench/chaos/run-deploy.ts";

test("a new version goes live under load: runs under way finish on the old one, and no request fails", async () => {
  // The next version starts in less time than these runs take: the old process has to stay for them.
  const load = { runs: 8, steps: 40, stepMs: 100, clients: 6, pauseMs: 5 };
  const { answers, later, failures, streamFaults, said } = await runDeploy({
    aegis: clonedAegis(),
    ...load,
    waitsForOld: false,
  });
  expect(failures, said).toEqual([]);
  expect(streamFaults).toEqual([]);
  expect(answers).toEqual(Array.from({ length: load.runs }, () => "version 1"));
  expect(later.at(-1)).toBe("version 2");
  // Once the next version answers, nothing goes back to the one before.
  expect(later.slice(later.indexOf("version 2") + load.clients * 2)).not.toContain("version 1");
}, 150_000);
