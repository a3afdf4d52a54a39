import { expect, test } from "vitest";
import { listProfiles } from "../fault/spec/index.ts";
import { atBoundary, atEdge, faultsOf } from "./trial-faults.ts";

const none = { written: [], where: "case", profiles: [], seed: 7, hasServices: false };

test.each(listProfiles().map(({ name }) => name))("%s breaks each thing in one place only", (profile) => {
  const inProcess = faultsOf({ ...none, profiles: [profile] });
  const overNetwork = faultsOf({ ...none, profiles: [profile], hasServices: true });
  expect(inProcess.length).toBeGreaterThan(0);
  expect(inProcess.filter(({ on }) => /^(http|mcp) /.test(on))).toEqual([]);
  expect(overNetwork.filter(({ on }) => on.startsWith("tool "))).toEqual([]);
  expect(atBoundary(inProcess)).toEqual(inProcess);
  expect(atEdge(overNetwork)).toEqual(overNetwork);
});

test("what a case writes stays, wherever it is", () => {
  const written = [
    { on: "tool billing.lookup", call: 1, do: { timeout: "5s" } },
    { on: "http GET api.example.com/*", probability: 0.5, do: "unavailable" },
  ];
  for (const hasServices of [true, false]) {
    const faults = faultsOf({ ...none, written, hasServices });
    expect(faults.map(({ on }) => on)).toEqual(["tool billing.lookup", "http GET api.example.com/*"]);
    expect(atBoundary(faults)).toHaveLength(1);
    expect(atEdge(faults)).toHaveLength(1);
  }
});

test("a fault that is none is told with its place", () => {
  expect(() => faultsOf({ ...none, written: [{ on: "tool a", do: "timeuot" }] })).toThrow(
    expect.objectContaining({ code: "fault.unknown", message: expect.stringMatching(/^case.*timeout/s) as string }),
  );
});
