import fc from "fast-check";
import { expect, test } from "vitest";
import type { GapReport } from "./gap-report.ts";
import { type RunMade, runMade } from "./logged-run.test-kit.ts";
import { measureGap } from "./measure-gap.ts";

const runs = (count: number, of: (index: number) => RunMade) =>
  Array.from({ length: count }, (_, index) => runMade(of(index)));
const gapOf = (report: GapReport, name: string) => report.dimensions.find((each) => each.name === name)!;

test("too few runs tell nothing: never a distance of 0", () => {
  const report = measureGap({ evals: runs(3, () => ({})), production: runs(50, () => ({ model: "m-2" })) });
  expect(gapOf(report, "model")).toMatchObject({ status: "too few", distance: null, isDistinguishable: null });
  expect(report.index).toEqual({ value: null, interval: null, measuredShare: 0, isDistinguishable: false });
  expect(report.limits.join(" ")).toContain("Too few runs to tell: model");
});

test("many trials of three cases are still three cases for what hangs on the case, and runs for configuration", () => {
  const report = measureGap({
    evals: runs(60, (index) => ({ caseId: `c${index % 3}`, says: [`Please help with ${"x".repeat(index % 3)}`] })),
    production: runs(60, () => ({ model: "m-2", says: ["Hi"] })),
    draws: 100,
  });
  expect(report.evals).toEqual({ runCount: 60, clusterCount: 3 });
  expect(gapOf(report, "message length").status).toBe("too few");
  expect(gapOf(report, "model")).toMatchObject({ status: "measured", distance: 1, isDistinguishable: true });
});

test("what a side's logs do not tell is no distance, and says whose", () => {
  const report = measureGap({
    evals: runs(10, () => ({ offers: ["refund"] })),
    production: runs(10, () => ({})),
    draws: 50,
  });
  expect(gapOf(report, "tools offered")).toMatchObject({ status: "not told", difference: "no production run tells" });
});

test("weights decide what the index counts", () => {
  const sides = { evals: runs(12, () => ({})), production: runs(12, () => ({ model: "m-2" })), draws: 50 };
  const plain = measureGap(sides);
  const without = measureGap({ ...sides, weights: { model: 0 } });
  const heavy = measureGap({ ...sides, weights: { model: 1_000_000 } });
  expect(without.index.value).toBe(100);
  expect(heavy.index.value).toBeLessThan(0.1);
  expect(plain.index.value).toBeGreaterThan(50);
  expect(plain.index.value).toBeLessThan(95);
});

test.each([{ weights: { modle: 1 } }, { weights: { model: -1 } }, { weights: { model: Number.NaN } }])(
  "refuses $weights",
  ({ weights }) => {
    const sides = { evals: runs(1, () => ({})), production: runs(1, () => ({})) };
    expect(() => measureGap({ ...sides, weights })).toThrow(expect.objectContaining({ code: "ready.bad_weight" }));
  },
);

test.each([
  { why: "no eval run", evals: [], production: [runMade()] },
  { why: "empty logs", evals: [runMade()], production: [{ runId: "r", events: [] }] },
])("refuses $why", ({ evals, production }) => {
  expect(() => measureGap({ evals, production })).toThrow(expect.objectContaining({ code: "ready.no_runs" }));
});

test("the same seed gives the same report, and the order of runs no other distances", () => {
  const evals = runs(9, (index) => ({ says: ["a".repeat(index + 1)], calls: [{ tool: `t${index % 3}` }] }));
  const production = runs(11, (index) => ({ says: ["b".repeat(2 * index + 1)], calls: [{ tool: `t${index % 4}` }] }));
  const report = measureGap({ evals, production, draws: 50, seed: 7 });
  expect(measureGap({ evals, production, draws: 50, seed: 7 })).toEqual(report);
  // A hundred dealings and the measured one.
  const shares = report.dimensions.flatMap(({ pValue }) => (pValue === null || pValue < 0.02 ? [] : [101 * pValue]));
  expect(shares.length).toBeGreaterThan(5);
  for (const share of shares) expect(share).toBeCloseTo(Math.round(share), 9);
  const turned = measureGap({ evals: evals.toReversed(), production: production.toReversed(), draws: 50, seed: 7 });
  expect(turned.dimensions.map(({ distance }) => distance)).toEqual(
    report.dimensions.map(({ distance }) => (distance === null ? null : expect.closeTo(distance, 9))),
  );
});

test("nothing is measured where no dealing could be rare enough, and no p value is below the rarest dealing's", () => {
  const sides = { evals: runs(4, () => ({})), production: runs(4, () => ({ model: "m-2" })) };
  expect(gapOf(measureGap({ ...sides, draws: 5 }), "model").status).toBe("too few");
  const pValues = Array.from(
    { length: 8 },
    (_, seed) => gapOf(measureGap({ ...sides, draws: 20, seed }), "model").pValue!,
  );
  // Eight runs can be dealt in 70 ways, each with its mirror.
  expect(Math.min(...pValues)).toBeCloseTo(2 / 70, 12);
});

test("numbers are told by their median and the 95th of a hundred", () => {
  const lengths = (step: number) => runs(20, (index) => ({ says: ["a".repeat(step * (index + 1))] }));
  const report = measureGap({ evals: lengths(1), production: lengths(10), draws: 20 });
  expect(gapOf(report, "message length").difference).toBe("median 10 -> 100, p95 19 -> 190 (characters)");
});

const tools = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 0, maxLength: 4 });
const side = fc.array(tools, { minLength: 5, maxLength: 9 });

test("every distance lies in [0, 1] and in its interval, and swapping the sides changes none", () => {
  fc.assert(
    fc.property(side, side, (left, right) => {
      const of = (lists: readonly (readonly string[])[]) =>
        lists.map((list) => runMade({ calls: list.map((tool) => ({ tool, result: tool.repeat(list.length) })) }));
      const [a, b] = [of(left), of(right)];
      const report = measureGap({ evals: a, production: b, draws: 20 });
      const swapped = measureGap({ evals: b, production: a, draws: 20 });
      for (const [index, gap] of report.dimensions.entries()) {
        if (gap.distance === null) continue;
        expect(gap.distance).toBeGreaterThanOrEqual(0);
        expect(gap.distance).toBeLessThanOrEqual(1);
        expect(gap.interval!.lower).toBeLessThanOrEqual(gap.distance + 1e-9);
        expect(gap.interval!.upper).toBeGreaterThanOrEqual(gap.distance - 1e-9);
        expect(swapped.dimensions[index]!.distance).toBeCloseTo(gap.distance, 9);
      }
    }),
    { numRuns: 25 },
  );
});

test("a condition that another tool reproduces is covered as a whole, and open for the tool", () => {
  const busy = { name: "Error", message: "busy", status: 429 };
  const report = measureGap({
    evals: [runMade({ calls: [{ tool: "search", error: busy }, { tool: "lookup_order" }] })],
    production: [
      runMade({ id: "p1", calls: [{ tool: "lookup_order", error: busy }] }),
      runMade({ id: "p2", calls: [{ tool: "lookup_order" }] }),
    ],
  });
  expect(report.uncovered.map(({ condition }) => condition)).toEqual(["tool lookup_order answers 429"]);
  expect(report.uncovered[0]).toMatchObject({ runCount: 1, share: 0.5, runIds: ["p1"] });
  // Wilson, 1 of 2 and 0 of 1: scipy 1.17.1 binomtest(1, 2) and (0, 1).proportion_ci(method="wilson").
  expect(report.uncovered[0]!.interval.lower).toBeCloseTo(0.0945312, 5);
  expect(report.uncovered[0]!.evalShareMax).toBeCloseTo(0.7934506, 5);
});

test("of a ladder shown by the same runs the highest step is told, of a tool's failing only the tool", () => {
  const report = measureGap({
    evals: [runMade({ says: ["Hi"] })],
    production: [
      runMade({
        id: "long",
        says: ["word ".repeat(1_200)],
        calls: [{ tool: "t", error: { name: "Error", message: "x", status: 500 } }],
      }),
    ],
  });
  const texts = report.uncovered.map(({ condition }) => condition);
  expect(texts).toContain("user message over 5,000 characters");
  expect(texts).not.toContain("user message over 500 characters");
  expect(texts).toContain("tool t answers 5xx");
  expect(texts).not.toContain("a tool answers 5xx");
});

test("few traces show all uncovered conditions: the greedy cover, shorter logs first", () => {
  const call = (...names: readonly string[]) => names.map((tool) => ({ tool }));
  const report = measureGap({
    evals: [runMade({})],
    production: [
      runMade({ id: "one", calls: call("a") }),
      runMade({ id: "two", calls: call("b") }),
      runMade({ id: "long", calls: call("a", "b", "b") }),
      runMade({ id: "both", calls: call("a", "b") }),
      runMade({ id: "it's", calls: call("c") }),
    ],
  });
  expect(report.traces.map(({ runId, next }) => [runId, next])).toEqual([
    ["both", "aegis case from-trace both"],
    ["it's", String.raw`aegis case from-trace 'it'\''s'`],
  ]);
  const shown = report.traces.flatMap(({ conditions }) => conditions);
  expect(shown.toSorted()).toEqual(report.uncovered.map(({ condition }) => condition).toSorted());
});
