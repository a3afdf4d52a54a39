import fc from "fast-check";
import { expect, test } from "vitest";
import type { EvalRun } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import { seededRandom } from "../../kernel/index.ts";
import { type MadeCase, type MadeTrial, madeRun, marked } from "../summary/made-run.ts";
import { trialsForSeparation } from "./classify-case.ts";
import { compareRuns } from "./compare-runs.ts";

function compared(a: readonly MadeCase[], b: readonly MadeCase[], runA: Partial<EvalRun> = {}) {
  const baseline = madeRun(a, { id: "run-a" as Id<"eval-run">, name: "main", ...runA });
  return compareRuns({ a: baseline, b: madeRun(b) });
}

function single(a: readonly MadeTrial[], b: readonly MadeTrial[]) {
  return compared([{ id: "one", trials: a }], [{ id: "one", trials: b }]).cases[0]!;
}

function repeated(count: number, trial: MadeTrial): MadeTrial[] {
  return Array.from({ length: count }, () => trial);
}

test.each([
  { a: "+++", b: "---", change: "regressed", more: null },
  { a: "---", b: "+++", change: "improved", more: null },
  { a: "+", b: "-", change: "not enough evidence", more: 2 },
  { a: "-", b: "+", change: "not enough evidence", more: 2 },
  { a: "++", b: "--", change: "not enough evidence", more: 1 },
  { a: "+-+-+", b: "++-+-", change: "flaky", more: null },
  { a: "+++++", b: "++++-", change: "flaky", more: 13 },
  { a: "+++", b: "+++", change: "unchanged", more: null },
  { a: "---", b: "-----", change: "unchanged", more: null },
  { a: "++++", b: "vvvv", change: "not enough evidence", more: 4 },
])("$a to $b is $change", ({ a, b, change, more }) => {
  const one = single(marked(a, { verdicts: [] }), marked(b, { verdicts: [] }));
  expect(one).toMatchObject({ change, moreTrials: more });
});

test("one broken and one fixed case do not hide behind the same pass rate", () => {
  const steady = Array.from({ length: 6 }, (_, index) => ({ id: `s${index}`, trials: marked("+++") }));
  const comparison = compared(
    [{ id: "x", trials: marked("+++") }, { id: "y", trials: marked("---") }, ...steady],
    [{ id: "x", trials: marked("---") }, { id: "y", trials: marked("+++") }, ...steady],
  );
  expect(comparison.cases.slice(0, 2).map(({ id, change }) => [id, change])).toEqual([
    ["x", "regressed"],
    ["y", "improved"],
  ]);
  expect(comparison.suite).toMatchObject({ verdict: "no difference shown", brokeCaseIds: ["x"], fixedCaseIds: ["y"] });
  expect(comparison.suite.sentence).toBe(
    "1 case regressed, 1 case improved. Over the suite: Unchanged on average: pass rate 0.88 -> 0.88 (0.00, 95 % interval -0.45 to +0.13, p = 1, 8 cases); 1 case passed less often, 1 case passed more often.",
  );
});

const GET_FIRST = { tools: "orders.get refund.request" };
const REFUND_FIRST = { tools: "refund.request orders.get" };

test("another order of tools at the same results is changed behaviour, given enough trials", () => {
  const one = single(repeated(5, GET_FIRST), repeated(5, REFUND_FIRST));
  expect(one).toMatchObject({ change: "behaviour changed", outcome: "same", moreTrials: null });
  expect(one.behaviour?.pValue).toBeCloseTo(2 / 252, 10);
  expect(one.sentence).toBe("passes as before (5 of 5), but behaves differently (p = 0.008)");
  expect(one.behaviour?.differences).toEqual([
    {
      dimension: "tool order",
      text: "refund.request now called before orders.get in 5 of 5 trials (before: 0 of 5)",
    },
  ]);
});

test.each([
  {
    trials: 3,
    more: 1,
    sentence:
      "passes as before (3 of 3); behaviour differs in all 3 of 3 trials, 3 trials a side cannot show more than p = 0.1 (run 1 more trial a side)",
  },
  {
    trials: 1,
    more: 3,
    sentence:
      "passes as before (1 of 1); behaviour differs in its one trial, one trial a side cannot tell a change from chance (run 3 more trials a side)",
  },
])("$trials trials describe the difference and say they are too few", ({ trials, more, sentence }) => {
  const one = single(repeated(trials, GET_FIRST), repeated(trials, REFUND_FIRST));
  expect(one).toMatchObject({ change: "not enough evidence", moreTrials: more, sentence });
  expect(one.behaviour?.differences).toHaveLength(1);
});

test.each([
  { alpha: 0.05, trials: 4 },
  { alpha: 0.1, trials: 3 },
  { alpha: 0.01, trials: 5 },
  { alpha: 0.0025, trials: 6 },
])("sides that never overlap need $trials trials each for p <= $alpha", ({ alpha, trials }) => {
  expect(trialsForSeparation(alpha)).toBe(trials);
});

const PAY = (amount: number) => [{ tool: "pay", arguments: `{"amount":${amount}}`, isError: false }];

test.each([
  {
    why: "tool mix",
    a: { tools: "get" },
    b: { tools: "get pay" },
    text: "pay now called in 5 of 5 trials (before: 0 of 5)",
  },
  {
    why: "tool gone",
    a: { tools: "get pay" },
    b: { tools: "get" },
    text: "pay no longer called (before: in 5 of 5 trials)",
  },
  { why: "tool count", a: { tools: "get" }, b: { tools: "get get get" }, text: "get called 1.0 -> 3.0 times (median)" },
  {
    why: "arguments",
    a: { tools: PAY(10) },
    b: { tools: PAY(99) },
    text: 'pay with arguments unknown from A in 5 of 5 trials, e.g. {"amount":10} -> {"amount":99}',
  },
  {
    why: "calls",
    a: { tools: "get get" },
    b: { tools: "get get get get get get" },
    text: "2.0 -> 6.0 tool calls (median)",
  },
  { why: "steps", a: {}, b: { metrics: { stepCount: 4 } }, text: "1.0 -> 4.0 steps (median)" },
  { why: "cost", a: {}, b: { metrics: { costMicroUsd: 1_800 } }, text: "cost x1.8 ($0.0010 -> $0.0018, median)" },
  { why: "no cost", a: {}, b: { metrics: { costMicroUsd: 0 } }, text: "cost $0.0010 -> $0.00 (median)" },
  {
    why: "retries",
    a: {},
    b: { metrics: { retryCount: 2 } },
    text: "retries after an error in 5 of 5 trials (before: 0 of 5)",
  },
  {
    why: "errors",
    a: {},
    b: { metrics: { toolErrorCount: 1 } },
    text: "tool errors in 5 of 5 trials (before: 0 of 5)",
  },
  {
    why: "escalations",
    a: { metrics: { escalationCount: 1 } },
    b: {},
    text: "escalations in 0 of 5 trials (before: 5 of 5)",
  },
  {
    why: "a check that does not gate",
    a: { verdicts: [{ name: "polite", outcome: "pass" as const, gates: false }] },
    b: { verdicts: [{ name: "polite", outcome: "fail" as const, gates: false }] },
    text: "polite now fails in 5 of 5 trials (before: 0 of 5)",
  },
  { why: "a small shift", a: {}, b: { metrics: { costMicroUsd: 1_010 } }, text: "small shifts, most of all in cost" },
])("a change of $why is named: $text", ({ a, b, text }) => {
  const one = single(repeated(5, a), repeated(5, b));
  expect(one.change).toBe("behaviour changed");
  expect(one.behaviour?.differences.map((difference) => difference.text)).toContain(text);
});

test("latency has its own test and is no changed behaviour", () => {
  const slow = (ms: number) => Array.from({ length: 5 }, (_, index) => ({ metrics: { durationMs: ms + index } }));
  expect(single(slow(1_000), slow(2_500))).toMatchObject({ change: "unchanged", latency: { change: "slower" } });
  expect(single(slow(2_500), slow(1_000))).toMatchObject({ change: "unchanged", latency: { change: "faster" } });
  // Sure, but not by enough: a ratio of 1.4, and then 60 ms.
  expect(single(slow(1_000), slow(1_400)).latency).toMatchObject({ change: null, pValue: null });
  expect(single(slow(20), slow(80)).latency).toMatchObject({ change: null, pValue: null });
});

/** `passToFail` cases break, `failToPass` are fixed, the others keep their result; one trial each. */
function flips(counts: { passToFail: number; failToPass: number; passes: number; fails: number }) {
  const each = (count: number, prefix: string, mark: string) =>
    Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, trials: marked(mark) }));
  const rest = [...each(counts.passes, "p", "+"), ...each(counts.fails, "f", "-")];
  return compared(
    [...each(counts.passToFail, "broke", "+"), ...each(counts.failToPass, "fixed", "-"), ...rest],
    [...each(counts.passToFail, "broke", "-"), ...each(counts.failToPass, "fixed", "+"), ...rest],
  );
}

test("0.73 to 0.35 at one trial is a regression of the suite, though no case shows it alone", () => {
  const { suite, counts } = flips({ passToFail: 43, failToPass: 5, passes: 30, fails: 22 });
  expect(suite).toMatchObject({ verdict: "regressed", mcnemar: { passToFail: 43, failToPass: 5 } });
  expect(suite.mcnemar?.pValue).toBeCloseTo(suite.pValue ?? 0, 12);
  expect(suite.difference?.mean).toBeCloseTo(-0.38, 12);
  expect(counts).toMatchObject({ regressed: 0, "not enough evidence": 48, unchanged: 52 });
});

test("six fixes and six breaks at one trial are unchanged on average, and all twelve are named", () => {
  const { suite, cases } = flips({ passToFail: 6, failToPass: 6, passes: 28, fails: 0 });
  expect(suite).toMatchObject({ verdict: "no difference shown", pValue: 1 });
  expect(suite.sentence).toMatch(
    /^Unchanged on average: pass rate 0\.85 -> 0\.85 .*6 cases passed less often, 6 cases passed more often\.$/,
  );
  expect(suite.brokeCaseIds).toHaveLength(6);
  expect(suite.fixedCaseIds).toHaveLength(6);
  const moved = cases.filter(({ outcome }) => outcome !== "same");
  expect(moved.every(({ change }) => change === "not enough evidence")).toBe(true);
  expect(moved[0]?.sentence).toBe(
    "passed 1 of 1, now 0 of 1: not enough evidence at one trial (run 3 more trials a side)",
  );
});

test("a shift too small for any case is seen over the suite, from one trial on", () => {
  const cases = (extra: number) =>
    Array.from({ length: 30 }, (_, index) => ({
      id: `c${index}`,
      trials: [{ tools: Array.from({ length: 2 + (index % 4) + extra }, () => "get").join(" ") }],
    }));
  const { suite } = compared(cases(0), cases(1));
  expect(suite.behaviour).toMatchObject({ verdict: "changed", energyPValue: null });
  expect(suite.behaviour.shifts.map(({ text }) => text)).toContain("3.43 -> 4.43 calls of get per trial");
  expect(compared(cases(0), cases(0)).suite.behaviour).toMatchObject({ verdict: "no difference shown", shifts: [] });
});

test("runs that differ in more than the agent are compared with warnings", () => {
  const { warnings, cases, counts } = compared(
    [
      { id: "gone", trials: marked("+") },
      { id: "same", trials: marked("+") },
    ],
    [
      { id: "same", trials: marked("+v") },
      { id: "new", trials: marked("-") },
    ],
    {
      models: ["gpt-4"],
      isolation: "none",
      status: "interrupted",
      hashes: { suite: "s2", dataset: "d2", judge: "j2" },
    },
  );
  expect(warnings).toMatchInlineSnapshot(`
    [
      {
        "code": "model",
        "message": "The model differs: gpt-4 -> gpt-5.",
      },
      {
        "code": "isolation",
        "message": "The isolation level differs: none -> namespace.",
      },
      {
        "code": "suite",
        "message": "The suite's settings or checks changed between the runs.",
      },
      {
        "code": "dataset",
        "message": "The cases (dataset) changed between the runs.",
      },
      {
        "code": "judge",
        "message": "The judge (rubric, model or passes) changed between the runs.",
      },
      {
        "code": "unfinished",
        "message": "Run A is interrupted.",
      },
      {
        "code": "cases",
        "message": "1 case only in A, 1 case only in B.",
      },
      {
        "code": "trials",
        "message": "1 case asked for another number of trials in B than in A.",
      },
      {
        "code": "voids",
        "message": "0 void trials in A, 1 in B: the cases were not measured equally often.",
      },
    ]
  `);
  expect(cases.map(({ id, change }) => [id, change])).toEqual([
    ["same", "unchanged"],
    ["new", "only in B"],
    ["gone", "only in A"],
  ]);
  expect(counts).toMatchObject({ unchanged: 1, "only in A": 1, "only in B": 1 });
});

test("runs without a case in common say so", () => {
  const { suite } = compared([{ id: "a", trials: marked("+") }], [{ id: "b", trials: marked("+") }]);
  expect(suite).toMatchObject({ caseCount: 0, pValue: null, verdict: "no difference shown" });
  expect(suite.sentence).toBe("The runs have no scored case in common: nothing can be compared.");
});

const MIRROR: Record<string, string> = {
  regressed: "improved",
  improved: "regressed",
  "only in A": "only in B",
  "only in B": "only in A",
};

test("swapping A and B swaps regressed and improved, and nothing else", () => {
  const trial = fc.record({ isPass: fc.boolean(), tools: fc.constantFrom("get", "get pay", "pay get") });
  const cases = fc.array(fc.array(trial, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(cases, cases, (left, right) => {
      const made = (lists: readonly MadeTrial[][]) => lists.map((trials, index) => ({ id: `c${index}`, trials }));
      const there = compared(made(left), made(right));
      const back = compared(made(right), made(left));
      const changes = (comparison: typeof there) => new Map(comparison.cases.map((one) => [one.id, one.change]));
      const mirrored = [...changes(there)].map(([id, change]) => [id, MIRROR[change] ?? change]);
      expect(changes(back)).toEqual(new Map(mirrored as [string, (typeof back.cases)[0]["change"]][]));
      expect(back.suite.pValue).toBeCloseTo(there.suite.pValue ?? 1, 9);
      expect(back.suite.difference?.mean).toBeCloseTo(-(there.suite.difference?.mean ?? 0), 9);
    }),
    { numRuns: 60 },
  );
});

test("a run compared with itself has no finding and no warning", () => {
  const random = seededRandom(3);
  const cases = Array.from({ length: 20 }, (_, index) => ({
    id: `c${index}`,
    trials: Array.from({ length: 3 }, () => ({ isPass: random() < 0.7, tools: random() < 0.5 ? "get" : "get pay" })),
  }));
  const { counts, suite, warnings } = compared(cases, cases);
  expect(counts.flaky + counts.unchanged).toBe(20);
  expect(suite).toMatchObject({ verdict: "no difference shown", behaviour: { verdict: "no difference shown" } });
  expect(warnings).toEqual([]);
});

test("500 cases of 10 trials are compared in seconds", () => {
  const random = seededRandom(9);
  const cases = () =>
    Array.from({ length: 500 }, (_, index) => ({
      id: `c${index}`,
      trials: Array.from({ length: 10 }, () => ({
        isPass: random() < 0.6,
        tools: Array.from({ length: 8 }, () => ({
          tool: `t${Math.floor(random() * 6)}`,
          arguments: `${random()}`,
          isError: false,
        })),
        metrics: { costMicroUsd: Math.floor(random() * 1000), durationMs: random() * 3_000 },
      })),
    }));
  const [a, b] = [cases(), cases()];
  // A machine busy with other tests gets time; the bound still catches anything quadratic.
  const start = performance.now();
  compared(a, b);
  expect(performance.now() - start).toBeLessThan(8_000);
});

test("one changed case among 500 is found although so many were tested", () => {
  const random = seededRandom(9);
  const noise = () => repeated(10, {}).map(() => ({ tools: random() < 0.5 ? "get pay" : "pay get" }));
  const cases = (last: () => MadeTrial[]) =>
    Array.from({ length: 500 }, (_, index) => ({ id: `c${index}`, trials: index === 499 ? last() : noise() }));
  const { cases: found } = compared(
    cases(noise),
    cases(() => repeated(10, { tools: "get get get pay mail" })),
  );
  expect(found[499]?.change).toBe("behaviour changed");
});
