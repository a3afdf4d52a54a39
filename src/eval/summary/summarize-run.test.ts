import { expect, test } from "vitest";
import { wilsonInterval } from "../../stats/index.ts";
import { type MadeTrial, madeRun, marked } from "./made-run.ts";
import { summarizeRun } from "./summarize-run.ts";

function summaryOf(...made: Parameters<typeof madeRun>) {
  const { run, trials } = madeRun(...made);
  return summarizeRun(run, trials);
}

test.each([
  { marks: "+++++", passRate: 1, asked: 5, status: "passed", why: "all passed" },
  { marks: "++++-", passRate: 0.8, asked: 5, status: "passed", why: "the bar is reached exactly" },
  { marks: "+++--", passRate: 0.8, asked: 5, status: "failed", why: "the bar is missed" },
  { marks: "++++v", passRate: 1, asked: 5, status: "undecided", why: "the void trial could turn it" },
  { marks: "++++v", passRate: 0.8, asked: 5, status: "passed", why: "the void trial cannot turn it" },
  { marks: "+--v", passRate: 0.75, asked: 4, status: "failed", why: "the void trial could not save it" },
  { marks: "++", passRate: 1, asked: 5, status: "undecided", why: "three trials are missing" },
  { marks: "vvv", passRate: 0, asked: 3, status: "undecided", why: "nothing was scored" },
  { marks: "---", passRate: 0, asked: 3, status: "passed", why: "nothing is required" },
  { marks: "+-+-+-+-+-", passRate: 0.1 + 0.4, asked: 10, status: "passed", why: "rounding does not count" },
])("$marks of $asked at $passRate is $status: $why", ({ marks, passRate, asked, status }) => {
  const [one] = summaryOf([{ id: "a", passRate, asked, trials: marked(marks) }]).cases;
  expect(one).toMatchObject({ status, isPass: status === "passed" });
});

test("a case counts void and missing trials apart, and keeps its intervals honest", () => {
  const [one] = summaryOf([{ id: "a", asked: 8, trials: marked("++-v") }]).cases;
  expect(one).toMatchObject({ passed: 2, total: 3, voids: 1, missing: 4, isFlaky: true, voidReasons: { provider: 1 } });
  expect(one?.interval).toEqual(wilsonInterval({ passed: 2, total: 3 }));
});

test("failures are counted by verdict, gating ones first, with the first explanation", () => {
  const trials: MadeTrial[] = ["late", "later"].map((explanation) => ({
    isPass: false,
    verdicts: [
      { name: "tone", source: "judge", outcome: "fail", gates: false, score: 0.2, explanation: "rude" },
      { name: "state", outcome: "fail", explanation },
      { name: "never", outcome: "pass" },
    ],
  }));
  const [one] = summaryOf([{ id: "a", trials }]).cases;
  expect(one?.failures).toEqual([
    { verdict: "state", source: "check", gates: true, outcome: "fail", count: 2, example: "late" },
    { verdict: "tone", source: "judge", gates: false, outcome: "fail", count: 2, example: "rude" },
  ]);
  expect(one?.judges).toEqual([{ verdict: "tone", count: 2, min: 0.2, median: 0.2, max: 0.2 }]);
});

test("the suite weighs every case alike and leaves cases that lost trials out of the larger k", () => {
  const { suite } = summaryOf([
    { id: "a", tags: ["x"], trials: marked("++++") },
    { id: "b", tags: ["x", "y"], kind: "capability", trials: marked("+-v-") },
    { id: "c", trials: marked("----") },
  ]);
  expect(suite.passRate?.rate).toBeCloseTo((1 + 1 / 3 + 0) / 3, 12);
  expect(suite).toMatchObject({ caseCount: 3, alwaysPass: 1, alwaysFail: 1, flakyCases: 1, casesPassed: 1 });
  expect(suite.passHatK.map(({ k, value, caseCount }) => [k, Number(value.toFixed(4)), caseCount])).toEqual([
    [1, 0.4444, 3],
    [2, 0.3333, 3],
    [3, 0.3333, 3],
    [4, 0.5, 2],
  ]);
  expect(suite.passAtK.map(({ k, value }) => [k, Number(value.toFixed(4))])).toEqual([
    [1, 0.4444],
    [2, 0.5556],
    [3, 0.6667],
    [4, 0.5],
  ]);
  expect(Object.keys(suite.kinds)).toEqual(["capability", "regression"]);
  expect(suite.tags["x"]).toMatchObject({ caseCount: 2, casesPassed: 1 });
});

test("tools, errors, repeats and money are added up; an unknown price makes the sum unknown", () => {
  const looping = { longestRepeat: 3, toolErrorCount: 2, retryCount: 1, durationMs: 3_000 };
  const run = [
    { id: "a", trials: [{ tools: "get get put", metrics: looping }, { tools: "get" }] },
    { id: "b", trials: [{ metrics: { longestRepeat: 2 } }, { void: "budget" as const, tools: "get" }] },
  ];
  const { suite } = summaryOf(run);
  expect(suite).toMatchObject({
    toolCallCounts: { get: 3, put: 1 },
    toolErrors: 2,
    tracesWithToolError: 1,
    retriesRightAfterError: 1,
    repeats: { atLeast2: ["a#0", "b#0"], atLeast3: ["a#0"] },
    costMicroUsd: 4_000,
    inputTokens: 400,
    latencyMs: { p50: 1_000, max: 3_000 },
    trials: { asked: 4, scored: 3, passed: 3, void: 1, missing: 0, voidReasons: { budget: 1 } },
  });
  const unpriced = summaryOf([...run, { id: "c", trials: [{ metrics: { costMicroUsd: null, inputTokens: null } }] }]);
  expect(unpriced.suite).toMatchObject({ costMicroUsd: null, inputTokens: null, outputTokens: 50 });
  expect(unpriced.cases[2]?.medians).toMatchObject({ costMicroUsd: null, outputTokens: 10 });
});

test("every report says what the run did not see", () => {
  const verdicts = [
    { name: "tone", source: "judge" as const, gates: false },
    { name: "state", gates: true, witness: "agent" as const },
  ];
  const summary = summaryOf(
    [
      { id: "a", asked: 3, trials: [{ verdicts }, { verdicts }] },
      { id: "b", trials: marked("v") },
    ],
    { status: "interrupted", isolation: "none", models: ["scripted/shop", "gpt-5"] },
  );
  expect(summary.notSeen).toMatchInlineSnapshot(`
    [
      "Isolation none: no isolation.",
      "Trials ran at different isolation levels: none, namespace.",
      "Model scripted or replayed (scripted/shop): how a live model varies was not seen.",
      "Model gpt-5 as it answered during this run; a provider may change it at any time.",
      "2 trials per case: a case that passed all 2 may still fail up to 66 % of the time.",
      "1 of 4 trials void (1 provider): they say nothing about the agent and are not counted.",
      "1 of 4 trials have not run (the run is interrupted).",
      "1 case has no scored trial.",
      "Judge tone does not gate: it is not calibrated against people's labels.",
      "2 of 4 verdicts rest on the agent's own telemetry alone, which the agent could have made up.",
    ]
  `);
});

test("an empty run is summarised, not refused", () => {
  const { suite, notSeen } = summaryOf([]);
  expect(suite).toMatchObject({ caseCount: 0, passRate: null, passHatK: [], latencyMs: null });
  expect(notSeen).toContain("No trial was scored: this run says nothing about the agent.");
});

test("a thousand trials a case need no thousand lines of pass^k", () => {
  const { suite } = summaryOf([{ id: "a", trials: marked("+-".repeat(200)) }]);
  expect(suite.passHatK.map(({ k }) => k)).toEqual([
    ...Array.from({ length: 32 }, (_, index) => index + 1),
    64,
    128,
    256,
    400,
  ]);
});
