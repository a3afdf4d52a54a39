import { expect, test } from "vitest";
import type { MadeTrial } from "../summary/made-run.ts";
import { madeRuns } from "./made-history.test-kit.ts";
import { renderReview } from "./render-review.ts";
import type { CaseText } from "./review-inputs.ts";
import { reviewSuite, type ReviewOptions } from "./review-suite.ts";
import { suiteHistory } from "./suite-history.ts";

const review = (versions: Parameters<typeof madeRuns>[0], options?: ReviewOptions) =>
  reviewSuite(suiteHistory(madeRuns(versions), { suite: "shop", by: "version" }), options);
const times = (count: number, trial: MadeTrial) => Array.from({ length: count }, () => trial);
const text = (input: string, more: Partial<CaseText> = {}): CaseText => ({ input, world: "", namedTools: [], ...more });
const names = (report: ReturnType<typeof review>, finding: string) =>
  report.findings.filter((each) => each.finding === finding).map(({ caseId }) => caseId);

test("never failed and always alike is no signal; never failed but acted differently is told apart", () => {
  const report = review([
    { version: "1", cases: { same: "++++++", moved: times(6, { tools: "look act" }) } },
    { version: "2", cases: { same: "++++++", moved: times(6, { tools: "act look" }) } },
  ]);
  expect(names(report, "no signal")).toEqual(["same"]);
  expect(names(report, "never fails")).toEqual(["moved"]);
  const [silent] = report.findings.filter(({ finding }) => finding === "no signal");
  expect(silent).toMatchObject({
    isShown: true,
    evidence: "passed 12 of 12 over 2 versions; it may still fail 24 % of the time; it behaved alike in all of them",
    action: "make it harder, or let it graduate and run it less often",
  });
  const [moved] = report.findings.filter(({ finding }) => finding === "never fails");
  expect(moved?.evidence).toContain("it behaved differently from 1 to 2 (p = 0.002)");
});

test("behaviour has changed when a test shows it, or when all trials of one version differ from all of the other", () => {
  const mixed = (look: number, act: number) => [
    ...times(look, { tools: "look act" }),
    ...times(act, { tools: "act look" }),
  ];
  const report = review([
    { version: "1", cases: { shown: mixed(9, 1), seen: mixed(1, 0), chance: mixed(2, 1) } },
    { version: "2", cases: { shown: mixed(1, 9), seen: mixed(0, 1), chance: mixed(1, 2) } },
  ]);
  expect(names(report, "never fails")).toEqual(["seen", "shown"]);
  expect(names(report, "no signal")).toEqual(["chance"]);
});

test("labellings are drawn alike, in whichever order trials are read", () => {
  const drawn = (seed: number) =>
    Array.from({ length: 12 }, (_, index) => ({
      tools: TOOLS[(index * seed + (index % 5)) % 3]!,
      metrics: { stepCount: index },
    }));
  const runs = madeRuns([
    { version: "1", cases: { a: drawn(2) } },
    { version: "2", cases: { a: drawn(7) } },
  ]);
  const mixed = runs.map(({ run, trials }) => ({ run, trials: trials.toReversed() }));
  const [first] = reviewSuite(suiteHistory(runs, { suite: "shop", by: "version" })).findings;
  const [second] = reviewSuite(suiteHistory(mixed, { suite: "shop", by: "version" })).findings;
  expect(first?.figures["behaviourP"]).toBeGreaterThan(0.01);
  expect(second).toEqual(first);
});

const TOOLS = ["look", "act", "look act"];

test("few trials make a suspicion, not a finding; a guard is kept", () => {
  const few = review([
    { version: "1", cases: { a: "++" } },
    { version: "2", cases: { a: "++" } },
  ]);
  expect(few.findings).toEqual([
    expect.objectContaining({ isShown: false, action: "run it more often before deciding anything" }),
  ]);
  expect(renderReview(few, { color: false })).toContain("too few trials or versions to act on: a");
  const guard = { cases: { a: "++++++" }, kinds: { a: "regression" as const } };
  const [kept] = review([
    { version: "1", ...guard },
    { version: "2", ...guard },
  ]).findings;
  expect(kept?.action).toBe("keep it as a guard, and run it less often");
});

test("one version shows no change of behaviour, and that is said", () => {
  const report = review([{ version: "1", cases: { a: "++++++++++++" } }]);
  expect(names(report, "never fails")).toEqual(["a"]);
  expect(report.notExamined).toContain("one version only: nothing can be said of changes between versions");
});

test("flaky is mixed within versions, away from both ends, and the same in all of them", () => {
  const report = review([
    { version: "1", cases: { flaky: "+-+-+-+-", effect: "--------", edge: "++++++++", between: "+" } },
    { version: "2", cases: { flaky: "-+-+-+-+", effect: "+++++++-", edge: "+++++++-", between: "-" } },
  ]);
  expect(names(report, "flaky")).toEqual(["flaky"]);
  expect(report.findings.find(({ finding }) => finding === "flaky")).toMatchObject({
    isShown: true,
    evidence:
      "passed 8 of 16 over 2 versions, 95 % interval 28 to 72 %; no difference between versions is shown (p = 1)",
  });
});

test("single trials that differ from version to version may be the versions' doing", () => {
  const versions = [..."+-+-+-+-+-"].map((mark, index) => ({ version: String(index), cases: { a: mark } }));
  expect(names(review(versions), "flaky")).toEqual([]);
});

test("costly is a case that takes many times its share and never told versions apart", () => {
  const cost = (costMicroUsd: number | null, isPass = true) => times(2, { isPass, metrics: { costMicroUsd } });
  const cheap = Object.fromEntries([..."abcdefgh"].map((id) => [id, cost(1_000)]));
  const report = review([
    { version: "1", cases: { ...cheap, dear: cost(9_000), telling: cost(9_000) } },
    { version: "2", cases: { ...cheap, dear: cost(9_000), telling: cost(9_000, false) } },
  ]);
  expect(names(report, "costly")).toEqual(["dear"]);
  const [dear] = report.findings.filter(({ finding }) => finding === "costly");
  expect(dear?.figures).toMatchObject({ measure: "cost", verdictChanges: 0, steps: 1 });
  expect(dear?.figures["share"]).toBeCloseTo(9 / 26, 12);
  const unknown = review([
    { version: "1", cases: { ...cheap, dear: times(1, { metrics: { costMicroUsd: null, durationMs: 60_000 } }) } },
    { version: "2", cases: { ...cheap, dear: times(1, { metrics: { costMicroUsd: null, durationMs: 60_000 } }) } },
  ]);
  const alone = review([{ version: "1", cases: { ...cheap, dear: cost(9_000) } }]);
  expect(names(alone, "costly")).toEqual([]);
  expect(unknown.findings.find(({ finding }) => finding === "costly")?.figures).toMatchObject({ measure: "time" });
});

test("tools that the newest version is not offered are named with when they were there last", () => {
  const versions = [
    { version: "1", cases: { a: "+-", b: "+-", c: "+-" } },
    { version: "2", cases: { a: "+-", b: "+-", c: "+-" } },
  ];
  const declared = [
    { label: "0", tools: ["refund_issue"] },
    { label: "1", tools: ["refund_issue", "orders_get"] },
    { label: "2", tools: ["refund_request", "orders_get"] },
  ];
  const texts = new Map([
    ["a", text("one", { namedTools: ["refund_issue", "orders_*"] })],
    ["b", text("two", { namedTools: ["refund_isue"] })],
    ["c", text("three", { namedTools: ["orders_get"] })],
  ]);
  const report = review(versions, { texts, declared, suiteTools: ["refund_issue"] });
  expect(report.findings.filter(({ finding }) => finding === "gone tools")).toEqual([
    expect.objectContaining({ caseId: null, evidence: expect.stringContaining("refund_issue (last offered in 1)") }),
    expect.objectContaining({
      caseId: "a",
      evidence: "names tools that 2 is not offered: refund_issue (last offered in 1)",
    }),
    expect.objectContaining({
      caseId: "b",
      evidence: expect.stringContaining("(in no log)"),
      action: "correct the names",
    }),
  ]);
  const untold = review(versions, { texts, declared: [{ label: "2", tools: [] }] });
  expect(names(untold, "gone tools")).toEqual([]);
  expect(untold.notExamined.join()).toContain("names of tools are not checked");
});

const refund = "I would like a refund for order W1000 because the red scarf arrived torn";

test("duplicates ask nearly the same in the same world, and were handled and judged alike", () => {
  const each = (tools: string, marks = "++") => [...marks].map((mark) => ({ isPass: mark === "+", tools }));
  const cases = {
    a: each("orders.get refund.issue"),
    b: each("orders.get refund.issue"),
    "other tools": each("ticket.escalate"),
    "other result": each("orders.get refund.issue", "--"),
    "other world": each("orders.get refund.issue"),
    "other words": each("orders.get refund.issue"),
  };
  const texts = new Map(
    Object.keys(cases).map((id) => [
      id,
      text(id === "other words" ? "Where is my parcel?" : refund.replace("1000", id === "b" ? "2345" : "1000"), {
        world: id === "other world" ? "billing is down" : "",
      }),
    ]),
  );
  const report = review(
    [
      { version: "1", cases },
      { version: "2", cases },
    ],
    { texts },
  );
  const pairs = report.findings.filter(({ finding }) => finding === "duplicate");
  expect(pairs.map(({ otherId, caseId }) => [otherId, caseId])).toEqual([["a", "b"]]);
  expect(pairs[0]).toMatchObject({
    isRemoval: true,
    figures: { inputDistance: 0, behaviourDistance: 0, rateDistance: 0, versions: 2 },
    action: "take it away, and move what only it checks to a",
  });
});

test("a case far from production is told, and how far production lies from itself", () => {
  const versions = [
    { version: "1", cases: { near: times(2, { tools: "orders.get" }), far: times(2, { tools: "fax.send" }) } },
    { version: "2", cases: { near: times(2, { tools: "orders.get" }), far: times(2, { tools: "fax.send" }) } },
  ];
  const texts = new Map([
    ["near", text("where is my order number 17 please")],
    ["far", text("kindly transmit a facsimile")],
  ]);
  const production = Array.from({ length: 30 }, (_, index) => ({
    input: `${["hello", "hi", "dear all"][index % 3]} where is my order number ${index} please`,
    tools: ["orders.get"],
  }));
  const report = review(versions, { texts, production });
  expect(names(report, "not in production")).toEqual(["far"]);
  expect(report.findings.find(({ finding }) => finding === "not in production")?.figures).toMatchObject({
    distance: 1,
    traces: 30,
    // Of none in 30: z^2 / (30 + z^2), as scipy's binomtest(0, 30).proportion_ci(method="wilson") has it.
    unseenShareMax: expect.closeTo(0.113513, 6) as number,
  });
  expect(report.notExamined.join()).not.toContain("production");
  expect(review(versions, { texts }).notExamined.join()).toContain("no production traces");
  expect(review(versions, { texts, production: production.slice(0, 5) }).notExamined.join()).toContain("too few");
});

test("words and tools count alike: what users ask, answered with other tools, lies half away", () => {
  const production = Array.from({ length: 30 }, () => ({ input: "where is my order please", tools: ["orders.get"] }));
  const seen = (tools: string, more: string) => {
    const report = review([{ version: "1", cases: { a: times(2, { tools }) } }], {
      texts: new Map([["a", text(`where is my order please${more}`)]]),
      production,
    });
    return report.findings.find(({ finding }) => finding === "not in production")?.figures["distance"];
  };
  // Five of ten words are shared, and no tool: halfway between a half and all.
  expect(seen("fax.send", " dear sir or madam now")).toBeCloseTo(0.75, 12);
  // At a distance of a half, which production may be from itself, nothing is found.
  expect(seen("fax.send", "")).toBeUndefined();
});

test("where production lies far from itself, far is farther", () => {
  const production = Array.from({ length: 25 }, (_, index) => ({
    input: `please word${"abcdefghijklmnopqrstuvwxyz"[index]}`,
    tools: [],
  }));
  const texts = new Map([["a", text("please help")]]);
  const versions = [{ version: "1", cases: { a: "+-" } }];
  expect(names(review(versions, { texts, production }), "not in production")).toEqual([]);
  expect(names(review(versions, { texts: new Map([["a", text("hello")]]), production }), "not in production")).toEqual([
    "a",
  ]);
});

test("a case that is in no file any more is not reviewed, one that never ran is named", () => {
  const report = review([{ version: "1", cases: { a: "+-", removed: "++++++++++++" } }], { caseIds: ["a", "fresh"] });
  expect(report.caseCount).toBe(1);
  expect(report.findings).toEqual([]);
  expect(report.notExamined).toContain("never run: fresh");
});
