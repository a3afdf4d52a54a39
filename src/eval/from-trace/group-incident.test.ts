import { expect, test } from "vitest";
import { groupIncident } from "./group-incident.ts";
import { finding, TestLog } from "./production-log.test-kit.ts";

const run = (runId: string, tools: readonly string[], detector: string) => {
  const log = new TestLog().user("hi");
  for (const [index, tool] of tools.entries()) log.tool(tool, { index }, { result: index });
  return { runId, events: log.ended().events, findings: [finding(detector, [1])] };
};

test("runs that failed in one way are one group, whatever they called with and how often in a row", () => {
  const groups = groupIncident([
    run("c", ["a.get", "a.get", "b.set"], "agent-loop"),
    run("b", ["a.get", "b.set"], "agent-loop"),
    run("a", ["a.get", "b.set"], "agent-loop"),
    run("d", ["b.set", "a.get"], "agent-loop"),
    run("e", ["a.get", "b.set"], "refusal"),
  ]);
  expect(groups.map(({ chosen, runs }) => [chosen.runId, runs.length])).toEqual([
    ["a", 3],
    ["d", 1],
    ["e", 1],
  ]);
  expect(groups[0]?.signature).toBe("agent-loop: a.get > b.set");
});
