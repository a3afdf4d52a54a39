import { expect, test } from "vitest";
import type { EvalRun } from "../../domain/index.ts";
import { compareRuns } from "../compare/compare-runs.ts";
import { type MadeCase, madeRun, marked } from "../summary/made-run.ts";
import { summarizeRun } from "../summary/summarize-run.ts";
import { decideGate } from "./decide-gate.ts";
import type { GateOptions } from "./gate-decision.ts";

interface Row {
  readonly why: string;
  readonly cases: readonly MadeCase[];
  readonly baseline?: readonly MadeCase[];
  readonly run?: Partial<EvalRun>;
  readonly options?: GateOptions;
  readonly exitCode: 0 | 1 | 2;
  readonly codes: readonly string[];
}

const passing = { id: "ok", trials: marked("+++++") };
const many = (count: number, marks: string): MadeCase[] =>
  Array.from({ length: count }, (_, index) => ({ id: `m${index}`, trials: marked(marks) }));

const rows: readonly Row[] = [
  { why: "all passed", cases: [passing], exitCode: 0, codes: [] },
  { why: "no cases", cases: [], exitCode: 2, codes: ["no-cases"] },
  { why: "all void", cases: [{ id: "a", trials: marked("vv") }], exitCode: 2, codes: ["nothing-scored"] },
  {
    why: "a regression case failed",
    cases: [passing, { id: "a", trials: marked("+-") }],
    exitCode: 1,
    codes: ["regression-case-failed"],
  },
  {
    why: "a regression case kept its lower bar",
    cases: [{ id: "a", passRate: 0.5, trials: marked("+-") }],
    exitCode: 0,
    codes: [],
  },
  {
    why: "a capability case failed",
    cases: [passing, { id: "a", kind: "capability", trials: marked("--") }],
    exitCode: 0,
    codes: [],
  },
  {
    why: "the rate asked for is reached exactly",
    cases: [...many(19, "+"), { id: "a", trials: marked("-") }],
    options: { failUnder: 95 },
    exitCode: 0,
    codes: [],
  },
  {
    why: "the rate asked for is missed",
    cases: [...many(9, "+"), { id: "a", kind: "capability", trials: marked("-") }],
    options: { failUnder: 95 },
    exitCode: 1,
    codes: ["under-pass-rate"],
  },
  {
    why: "one void in ten is borne",
    cases: [{ id: "a", passRate: 0.9, trials: marked("+++++++++v") }],
    exitCode: 0,
    codes: [],
  },
  {
    why: "two voids in ten are not",
    cases: [{ id: "a", passRate: 0.5, trials: marked("++++++++vv") }],
    exitCode: 2,
    codes: ["voids"],
  },
  {
    why: "two voids in ten are, if allowed",
    cases: [{ id: "a", passRate: 0.5, trials: marked("++++++++vv") }],
    options: { maxVoidShare: 0.2 },
    exitCode: 0,
    codes: [],
  },
  {
    why: "a regression case was not measured",
    cases: [...many(20, "+"), { id: "a", trials: marked("v") }],
    exitCode: 2,
    codes: ["case-not-measured"],
  },
  {
    why: "a capability case was not measured",
    cases: [...many(20, "+"), { id: "a", kind: "capability", trials: marked("v") }],
    exitCode: 0,
    codes: [],
  },
  { why: "trials are missing", cases: [{ ...passing, asked: 6 }], exitCode: 2, codes: ["unfinished"] },
  {
    why: "the run was interrupted",
    cases: [passing],
    run: { status: "interrupted" },
    exitCode: 2,
    codes: ["unfinished"],
  },
  {
    why: "a gating check could not decide",
    cases: [{ id: "a", trials: [{ verdicts: [{ outcome: "void" }] }] }],
    exitCode: 2,
    codes: ["undecided-checks"],
  },
  {
    why: "a check that does not gate could not decide",
    cases: [{ id: "a", trials: [{ verdicts: [{ outcome: "void", gates: false }] }] }],
    exitCode: 0,
    codes: [],
  },
  {
    why: "not measured wins over failed",
    cases: [{ id: "a", asked: 3, trials: marked("--") }],
    exitCode: 2,
    codes: ["unfinished", "regression-case-failed"],
  },
  {
    why: "a comparison was asked for and there is none",
    cases: [passing],
    options: { failOn: ["regressed"] },
    exitCode: 2,
    codes: ["no-comparison"],
  },
  {
    why: "the baseline has other cases",
    cases: [passing],
    baseline: many(2, "+"),
    options: { failOn: ["behaviour"] },
    exitCode: 2,
    codes: ["no-comparison"],
  },
  {
    why: "flaky needs no baseline",
    cases: [{ id: "a", passRate: 0.5, trials: marked("+-") }],
    options: { failOn: ["flaky"] },
    exitCode: 1,
    codes: ["flaky"],
  },
  {
    why: "a flaky baseline is no fault of this run",
    cases: [passing],
    baseline: [{ id: "ok", trials: marked("++-++") }],
    options: { failOn: ["flaky", "regressed"] },
    exitCode: 0,
    codes: [],
  },
  {
    why: "a case regressed",
    cases: [{ id: "a", kind: "capability", trials: marked("-----") }, passing],
    baseline: [{ id: "a", trials: marked("+++++") }, passing],
    options: { failOn: ["regressed"] },
    exitCode: 1,
    codes: ["regressed"],
  },
  {
    why: "a regression is reported only when asked for",
    cases: [{ id: "a", kind: "capability", trials: marked("-----") }, passing],
    baseline: [{ id: "a", trials: marked("+++++") }, passing],
    exitCode: 0,
    codes: [],
  },
  {
    why: "the suite regressed though no case shows it",
    cases: many(12, "-").map((one) => ({ ...one, kind: "capability" })),
    baseline: many(12, "+"),
    options: { failOn: ["regressed"] },
    exitCode: 1,
    codes: ["suite-regressed"],
  },
  {
    why: "behaviour changed",
    cases: [{ id: "a", trials: marked("+++++", { tools: "pay get" }) }, passing],
    baseline: [{ id: "a", trials: marked("+++++", { tools: "get pay" }) }, passing],
    options: { failOn: ["behaviour"] },
    exitCode: 1,
    codes: ["behaviour-changed"],
  },
  {
    why: "behaviour shifted over the suite, in too few trials for any case",
    cases: many(12, "+").map((one) => ({ ...one, trials: marked("+", { tools: "get get" }) })),
    baseline: many(12, "+").map((one) => ({ ...one, trials: marked("+", { tools: "get" }) })),
    options: { failOn: ["behaviour"] },
    exitCode: 1,
    codes: ["suite-behaviour-changed"],
  },
  {
    why: "latency alone is no behaviour",
    cases: [{ id: "a", trials: marked("+++++", { metrics: { durationMs: 9_000 } }) }],
    baseline: [{ id: "a", trials: marked("+++++") }],
    options: { failOn: ["behaviour", "regressed"] },
    exitCode: 0,
    codes: [],
  },
  {
    why: "evidence is missing",
    cases: [{ id: "a", kind: "capability", trials: marked("-") }],
    baseline: [{ id: "a", trials: marked("+") }],
    options: { failOn: ["not-enough-evidence", "regressed"] },
    exitCode: 1,
    codes: ["not-enough-evidence"],
  },
];

test.each(rows)("$why: exit $exitCode", ({ cases, baseline, run = {}, options = {}, exitCode, codes }) => {
  const b = madeRun(cases, run);
  const comparison = baseline && compareRuns({ a: madeRun(baseline), b });
  const decision = decideGate({
    summary: summarizeRun(b.run, b.trials),
    ...(comparison ? { comparison } : {}),
    options,
  });
  expect(decision.reasons.map(({ code }) => code)).toEqual(codes);
  expect(decision.exitCode).toBe(exitCode);
});

test("reasons speak plainly", () => {
  const { run, trials } = madeRun([
    { id: "a", trials: marked("--vv") },
    { id: "b", trials: marked("-") },
  ]);
  const { reasons } = decideGate({ summary: summarizeRun(run, trials) });
  expect(reasons.map(({ message }) => message)).toEqual([
    "2 of 5 trials are void (40 %; at most 10 % may be): our side or the provider broke, not the agent.",
    "2 regression cases are below their required pass rate.",
  ]);
});

test.each([
  { failUnder: 0.95 },
  { failUnder: 101 },
  { failUnder: -1 },
  { failUnder: Number.NaN },
  { maxVoidShare: 10 },
])("refuses %o", (options) => {
  const { run, trials } = madeRun([passing]);
  expect(() => decideGate({ summary: summarizeRun(run, trials), options })).toThrow(
    expect.objectContaining({ code: "eval.bad_gate" }),
  );
});
