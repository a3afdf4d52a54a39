import { expect, test } from "vitest";
import { compareRuns } from "../compare/compare-runs.ts";
import { renderTrend } from "./render-trend.ts";
import { madeRuns } from "./made-history.test-kit.ts";
import { groupKey } from "./group-by.ts";
import { promptOfLogs } from "./prompt-of-logs.ts";
import { suiteHistory } from "./suite-history.ts";
import { summarizeTrend } from "./summarize-trend.ts";
import type { GroupBy } from "./group-by.ts";

const trendOf = (versions: Parameters<typeof madeRuns>[0], by: GroupBy = "version", from?: string) =>
  summarizeTrend(suiteHistory(madeRuns(versions), { suite: "shop", by }), from === undefined ? {} : { from });
const all = (marks: string, ids = "abcdefgh") => Object.fromEntries([...ids].map((id) => [id, marks]));

test("two versions: the same figures as aegis eval compare gives them", () => {
  const versions = [
    { version: "1", cases: { a: "+++", b: "++-", c: "---", d: "+-+", e: "+++" } },
    { version: "2", cases: { a: "+--", b: "++-", c: "+--", d: "++++", e: "+++" } },
  ];
  const { overall } = trendOf(versions);
  const [a, b] = madeRuns(versions);
  const { suite } = compareRuns({ a: a!, b: b! });
  expect(overall?.difference).toEqual(suite.difference);
  expect(overall?.pValue).toBe(suite.pValue);
});

test("a better agent is called better, with its interval", () => {
  const { overall, statements } = trendOf([
    { version: "1", cases: all("---") },
    { version: "2", cases: { ...all("+++"), h: "---" } },
  ]);
  expect(overall?.verdict).toBe("better");
  expect(statements[0]).toMatch(/^Better: from 1 to 2, \+87\.5 points on the 8 cases both were asked \(95 % interval/);
});

test("a suite that grew by easy cases makes no better agent", () => {
  const { overall, statements } = trendOf([
    { version: "1", cases: all("+-") },
    { version: "2", cases: { ...all("-+"), ...all("++", "stuvwxyz") } },
  ]);
  expect(overall).toMatchObject({ verdict: "no difference shown", sharedCaseCount: 8, suiteShare: 0.25 });
  expect(overall?.difference?.mean).toBe(0);
  expect(statements.at(-1)).toBe(
    "The suite changed too: 8 cases added: over all cases the rate moved by +25.0 points, +25.0 of them the suite's own.",
  );
});

test("each case weighs the same however often it was tried, and all wordings of it are one", () => {
  const { overall } = trendOf([
    { version: "1", cases: { a: "+-" } },
    { version: "2", cases: { a: "+-", b: "++++++" } },
  ]);
  expect(overall?.suiteShare).toBeCloseTo(0.25, 12);
  const { groups } = trendOf([
    { version: "1", cases: { a: "++" } },
    { version: "1", cases: { a: "---" }, hashes: { a: "anew" } },
  ]);
  expect(groups).toMatchObject([{ caseCount: 1, trialCount: 5, all: { rate: 0.4 } }]);
});

test("a case that was worded anew is no same case", () => {
  const hashes = Object.fromEntries([..."abcd"].map((id) => [id, "anew"]));
  const { overall } = trendOf([
    { version: "1", cases: all("---") },
    { version: "2", cases: { ...all("---"), ...all("+++", "abcd") }, hashes },
  ]);
  expect(overall).toMatchObject({ sharedCaseCount: 4, verdict: "no difference shown", suiteShare: 0.5 });
  expect(overall?.suiteChange).toEqual({ added: [], removed: [], changed: ["a", "b", "c", "d"] });
});

test("changed checks leave nothing to compare, and that is said", () => {
  const { overall, statements } = trendOf([
    { version: "1", cases: all("---") },
    { version: "2", cases: all("+++"), run: { hashes: { suite: "other checks", dataset: "d", judge: "j" } } },
  ]);
  expect(overall).toMatchObject({ verdict: "nothing to compare", difference: null, pValue: null, suiteShare: null });
  expect(statements[0]).toContain("they share no case that was asked and checked in the same way");
});

test("other judges leave nothing to compare either", () => {
  const { overall } = trendOf([
    { version: "1", cases: all("---") },
    { version: "2", cases: all("+++"), run: { hashes: { suite: "s", dataset: "d", judge: "another rubric" } } },
  ]);
  expect(overall?.verdict).toBe("nothing to compare");
});

test("so few cases cannot tell a change from chance, however large it is", () => {
  const { overall, statements } = trendOf([
    { version: "1", cases: { a: "---", b: "---", c: "---" } },
    { version: "2", cases: { a: "+++", b: "+++", c: "++-" } },
  ]);
  expect(overall?.difference?.lower).toBeGreaterThan(0);
  expect(overall?.verdict).toBe("no difference shown");
  expect(statements[0]).toContain("so few cases cannot tell it from chance");
});

test("among many steps each has to be surer, and the step that stands out is named", () => {
  const same = ["1", "2", "3", "4"].map((version) => ({ version, cases: all("----") }));
  const { steps, statements } = trendOf([...same, { version: "5", cases: all("++++") }]);
  expect(steps.map(({ verdict }) => verdict)).toEqual([...Array(3).fill("no difference shown"), "better"]);
  expect(steps[3]?.adjusted?.lower).toBeLessThan(steps[3]?.difference?.lower ?? 0);
  expect(statements.some((each) => each.startsWith("A step from 4 to 5: better"))).toBe(true);
  // Six cases that all moved have p = 1/32: enough for one look, too little for four.
  const few = [...same, { version: "5", cases: all("----") }].map(({ version }) => ({
    version,
    cases: all(version === "5" ? "++++" : "----", "abcdef"),
  }));
  expect(trendOf(few).steps[3]?.verdict).toBe("no difference shown");
  expect(trendOf(few.slice(3)).steps[0]?.verdict).toBe("better");
});

test("a slope over weeks counts the weeks without a run", () => {
  const week = (weeks: number, marks: string) => ({ version: "1", day: weeks * 7, cases: all(marks) });
  const { slope } = trendOf([week(0, "----"), week(1, "+---"), week(4, "++++")], "week");
  expect(slope).toMatchObject({ caseCount: 8, unit: "week", lower: null });
  expect(slope?.mean).toBeCloseTo(0.25, 12);
  const rising = trendOf(
    [week(0, "----"), week(1, "+---"), { ...week(4, "++++"), cases: { ...all("++++"), a: "+++-" } }],
    "week",
  );
  expect(rising.slope).toMatchObject({ verdict: "rising", pValue: 2 / 2 ** 8 });
  const models = ["----", "+---", "++++"].map((marks, index) => ({
    ...week(index, marks),
    run: { models: [`m${index}`] },
  }));
  expect(trendOf(models, "model").groups).toHaveLength(3);
  expect(trendOf(models, "model").slope).toBeNull();
});

test("weeks begin on Mondays, quarters count the quarters without a run, and runs stand in no order", () => {
  // The start is a Monday.
  const days = [6, 7, 14].map((day, index) => ({
    version: "1",
    day,
    cases: all(["----", "+---", "++--"][index] ?? ""),
  }));
  expect(trendOf(days, "week").slope?.mean).toBeCloseTo(0.25, 12);
  const quarters = [0, 3, 9].map((month, index) => ({
    version: "1",
    cases: all(["----", "+---", "+++-"][index] ?? ""),
    run: { startedAtMs: Date.UTC(2026, month, 20) },
  }));
  expect(trendOf(quarters, "quarter").slope?.mean).toBeCloseTo(0.25, 12);
  expect(trendOf(quarters, "month").slope?.mean).toBeCloseTo(0.25 / 3, 12);
  const versions = days.map((each, index) => ({ ...each, version: String(index) }));
  expect(trendOf(versions, "version").slope).not.toBeNull();
  expect(trendOf(versions, "run").groups).toHaveLength(3);
  expect(trendOf(versions, "run").slope).toBeNull();
});

test("a slope that an interval shows, and so few cases cannot, is not claimed", () => {
  const marks = { a: ["----", "+---", "++--"], b: ["----", "+---", "++--"], c: ["----", "++--", "+++-"] };
  const versions = [0, 1, 2].map((index) => ({
    version: String(index),
    cases: Object.fromEntries(Object.entries(marks).map(([id, each]) => [id, each[index] ?? ""])),
  }));
  const { slope } = trendOf(versions);
  expect(slope?.lower).toBeGreaterThan(0);
  expect(slope).toMatchObject({ pValue: 0.25, verdict: "no slope shown" });
});

test("the last group is held against the one asked for", () => {
  const versions = ["1", "2", "3"].map((version) => ({ version, cases: all("+-") }));
  expect(trendOf(versions, "version", "2").overall).toMatchObject({ from: "2", to: "3" });
  expect(() => trendOf(versions, "version", "9")).toThrow(
    expect.objectContaining({ code: "cli.usage", message: expect.stringContaining("1, 2, 3") }),
  );
  expect(trendOf(versions.slice(0, 1)).statements).toEqual(["There is one version only: nothing to compare it with."]);
});

test.each([
  ["week", Date.UTC(2025, 11, 29), "2026-W01"],
  ["week", Date.UTC(2027, 0, 3), "2026-W53"],
  ["month", Date.UTC(2026, 10, 21), "2026-11"],
  ["quarter", Date.UTC(2026, 10, 21), "2026-Q4"],
] as const)("%s of %i is %s", (by, startedAtMs, label) => {
  const [made] = madeRuns([{ version: "1", cases: { a: "+" }, run: { startedAtMs } }]);
  expect(groupKey(made!, { by, isOneAgent: true })).toBe(label);
});

test("a prompt is known by the lines that all logs share", () => {
  const log = (system: string) => [
    {
      type: "model.called" as const,
      seq: 1,
      atMs: 0,
      witness: "edge" as const,
      effect: 0,
      attempt: 1,
      provider: "p",
      model: "m",
      keptCount: 0,
      added: [{ role: "system" as const, content: system }],
      toolNames: [],
    },
  ];
  const today = promptOfLogs([log("Be kind.\nUser: Ann\nNo refunds."), log("Be kind.\nUser: Bob\nNo refunds.")]);
  expect(today).toMatch(/^[0-9a-f]{12}$/);
  expect(promptOfLogs([log("Be kind.\nUser: Cy\nNo refunds."), log("Be kind.\nUser: Di\nNo refunds.")])).toBe(today);
  expect(promptOfLogs([log("Be kind.\nUser: Cy\nRefund all."), log("Be kind.\nUser: Di\nRefund all.")])).not.toBe(
    today,
  );
  // A line that most logs hold is no line of all: whoever it names, the prompt is the same.
  expect(promptOfLogs(["Ann", "Ann", "Bob"].map((name) => log(`Be kind.\nUser: ${name}\nNo refunds.`)))).toBe(today);
  expect(promptOfLogs([[], []])).toBeNull();
});

test.each([60, 80, 120])("a terminal of %i columns holds plot and table, without colour or control signs", (width) => {
  const versions = ["1", "2\u001b[31m", "a very long name of a version that does not fit anywhere"].map((version) => ({
    version,
    cases: all("+-+"),
  }));
  const text = renderTrend(trendOf(versions), { color: false, width });
  expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(width);
  expect(text).not.toMatch(/\u001b/);
  expect(text).toContain("2\\u001b[31m");
  expect(text.match(/^ {2}.*[.[]-*o-*[\].].* 66\.7 %$/gm)).toHaveLength(3);
});
