import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fault, FaultSchedule } from "./fault.ts";
import type { FaultTarget } from "./fault-target.ts";
import { openFaultPlan } from "./open-fault-plan.ts";
import { checkFault } from "./parse-faults.ts";

const fault = (on: string, when: FaultSchedule, kind = "hang"): Fault =>
  checkFault({ on, when, do: { kind, parameters: {} } });
const tool = (name: string): FaultTarget => ({ boundary: "tool", name });
const http = (method: string, host: string, path: string): FaultTarget => ({ boundary: "http", method, host, path });

function hitCalls(when: FaultSchedule, times: readonly number[]): number[] {
  const plan = openFaultPlan({ faults: [fault("tool a", when)], seed: 1 });
  return times.flatMap((nowMs, index) => (plan.next({ on: tool("a"), nowMs }) ? [index + 1] : []));
}

test.each<{ readonly why: string; readonly when: FaultSchedule; readonly calls: readonly number[] }>([
  { why: "every call", when: {}, calls: [1, 2, 3, 4, 5, 6] },
  { why: "one call", when: { call: 3 }, calls: [3] },
  { why: "some calls", when: { call: [2, 5] }, calls: [2, 5] },
  { why: "a burst", when: { burst: { from: 2, count: 3 } }, calls: [2, 3, 4] },
  { why: "a window, its end left out", when: { window: { fromMs: 10, toMs: 30 } }, calls: [2, 3] },
  {
    why: "all conditions together",
    when: { burst: { from: 2, count: 3 }, window: { fromMs: 20, toMs: 99 } },
    calls: [3, 4],
  },
  { why: "certainty", when: { probability: 1 }, calls: [1, 2, 3, 4, 5, 6] },
])("happens to $why", ({ when, calls }) => {
  expect(hitCalls(when, [0, 10, 20, 30, 40, 50])).toEqual(calls);
});

test.each<{ readonly on: string; readonly fits: readonly FaultTarget[]; readonly not: readonly FaultTarget[] }>([
  {
    on: "tool billing.*",
    fits: [tool("billing.lookup"), tool("billing.")],
    not: [tool("billing"), tool("x.billing.y"), { boundary: "mcp", name: "billing.x" }],
  },
  { on: "tool *.read*all", fits: [tool("a.read.all"), tool("b.readall")], not: [tool("a.read"), tool("a.readal")] },
  { on: "tool ab*ba", fits: [tool("abba"), tool("ab-ba")], not: [tool("aba")] },
  { on: "model", fits: [{ boundary: "model" }], not: [tool("model")] },
  {
    on: "http api.example.com",
    fits: [http("GET", "api.example.com", "/x"), http("POST", "API.example.com:8080", "/")],
    not: [http("GET", "example.com", "/")],
  },
  {
    on: "http post API.example.com:8080/v1/*",
    fits: [http("POST", "api.example.com:8080", "/v1/x/y")],
    not: [
      http("GET", "api.example.com:8080", "/v1/x"),
      http("POST", "api.example.com", "/v1/x"),
      http("POST", "api.example.com:8080", "/v2"),
    ],
  },
  {
    on: "http https://a.example/v1",
    fits: [http("GET", "a.example", "/v1")],
    not: [http("GET", "a.example", "/v1/x")],
  },
  { on: "mcp shop", fits: [{ boundary: "mcp", name: "shop" }], not: [{ boundary: "mcp", name: "shop2" }] },
])("$on stands for its targets alone", ({ on, fits, not }) => {
  const isHit = (target: FaultTarget) =>
    openFaultPlan({ faults: [fault(on, {})], seed: 1 }).next({ on: target, nowMs: 0 }) !== undefined;
  expect(fits.map(isHit)).toEqual(fits.map(() => true));
  expect(not.map(isHit)).toEqual(not.map(() => false));
});

test("the first that fits wins, every fault counts every call, and a call of two targets counts once", () => {
  const faults = [
    fault("tool a", { call: 2 }, "timeout"),
    fault("tool *", { call: [2, 3] }),
    fault("http *", {}, "empty"),
  ];
  const plan = openFaultPlan({ faults, seed: 1 });
  const kinds = [tool("a"), tool("a"), tool("b"), [tool("a"), http("GET", "x", "/")]].map(
    (on) => plan.next({ on, nowMs: 0 })?.fault.do.kind,
  );
  expect(kinds).toEqual([undefined, "timeout", "hang", "empty"]);
  expect(plan.next({ on: tool("a"), nowMs: 0, among: ({ do: { kind } }) => kind === "empty" })).toBeUndefined();
});

test("what happens to one target does not depend on the pace of others", () => {
  const faults = [fault("tool *", { probability: 0.4 }, "latency-lognormal"), fault("model", { probability: 0.5 })];
  const drawn = (seed: number, calls: readonly string[]) => {
    const plan = openFaultPlan({ faults, seed });
    const hits = new Map<string, unknown[]>(["a", "b", "model"].map((name) => [name, []]));
    for (const name of calls) {
      const on = name === "model" ? ({ boundary: "model" } as const) : tool(name);
      const hit = plan.next({ on, nowMs: 0 });
      hits.get(name)?.push(hit ? [hit.fault.do.kind, hit.random()] : null);
    }
    return Object.fromEntries(hits);
  };
  const calls = ["a", "b", "model"].flatMap((name) => Array<string>(20).fill(name));
  fc.assert(
    fc.property(fc.integer(), fc.shuffledSubarray(calls, { minLength: calls.length }), (seed, shuffled) => {
      expect(drawn(seed, shuffled)).toEqual(drawn(seed, calls));
    }),
    { numRuns: 30 },
  );
  expect(drawn(1, calls)).not.toEqual(drawn(2, calls));
});

test("a probability is kept over many calls", () => {
  const plan = openFaultPlan({ faults: [fault("tool a", { probability: 0.3 })], seed: 7 });
  const hits = Array.from({ length: 5_000 }, () => plan.next({ on: tool("a"), nowMs: 0 })).filter(Boolean).length;
  // Four standard deviations.
  expect(Math.abs(hits - 1_500)).toBeLessThan(4 * Math.sqrt(5_000 * 0.3 * 0.7));
});

test("refuses a fault that cannot happen", () => {
  const faults = [{ on: "tool a", when: {}, side: "before", do: { kind: "nonsense", parameters: {} } }] as const;
  expect(() => openFaultPlan({ faults, seed: 1 })).toThrow(expect.objectContaining({ code: "fault.unknown" }));
});
