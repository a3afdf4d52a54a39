/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import { expect, test } from "vitest";
import { fixedClock } from "../kernel/index.ts";
import { type ScriptFunction, scriptedModel } from "../model/index.ts";
import { calibrateJudge } from "./calibrate-judge.ts";
import { type Calibration, calibrationRecord, isGating, parseCalibration } from "./calibration.ts";
import { createJudge } from "./create-judge.ts";
import { type Label, readLabels } from "./read-labels.ts";

/** Scores the number that stands in the agent's answer: `says 0.9`. */
const parrot: ScriptFunction = {
  id: "parrot",
  next: ({ lastUser }) => {
    const said = /says ([\d.]+|nothing|dice)/.exec(lastUser)?.[1];
    return { say: said === "nothing" ? "I'd rather not" : JSON.stringify({ reason: "r", score: Number(said) }) };
  },
};
const judge = createJudge({ rubric: "Is it good?", model: scriptedModel(parrot), name: "parrot", passes: 3 });

const labels = (groups: readonly { count: number; label: boolean; says: string; rater?: string }[]): Label[] =>
  groups.flatMap(({ count, ...rest }, group) =>
    Array.from({ length: count }, (_, index) => ({
      id: `${group}-${index}`,
      input: "q",
      output: `item ${group}-${index} says ${rest.says}`,
      label: rest.label,
    })),
  );

// Kappa of [[18, 2], [3, 17]] by hand: (0.875 - 0.5) / (1 - 0.5). Its lower bound by the delta method with a numerical
// gradient over the four cells, in Python: 0.75 - 1.959964 * 0.104452.
test("agreement with people is counted as others count it", async () => {
  const progress: number[] = [];
  const report = await calibrateJudge({
    judge,
    labels: labels([
      { count: 18, label: true, says: "1" },
      { count: 2, label: true, says: "0" },
      { count: 3, label: false, says: "0.9" },
      { count: 17, label: false, says: "0.1" },
      { count: 1, label: true, says: "nothing" },
    ]),
    onProgress: ({ doneCount, itemCount }) => progress.push(doneCount / itemCount),
  });
  expect(report).toMatchObject({
    itemCount: 40,
    voidCount: 1,
    confusion: { truePass: 18, falsePass: 3, trueFail: 17, falseFail: 2 },
    observedAgreement: 0.875,
    baseRate: 0.5,
    selfConsistency: { unanimousShare: 1, pairwiseAgreement: 1 },
    raters: null,
    isCalibrated: true,
    reasons: [],
  });
  expect(report.kappa).toBeCloseTo(0.75, 6);
  expect(report.kappaInterval?.lower).toBeCloseTo(0.545278, 6);
  expect(progress.at(-1)).toBe(1);
  expect(progress).toHaveLength(41);
});

test.each([
  {
    why: "too few labels",
    groups: [
      { count: 10, label: true, says: "1" },
      { count: 10, label: false, says: "0" },
    ],
    says: "20 labelled items were judged, 30 are needed",
  },
  {
    why: "hardly any bad ones",
    groups: [
      { count: 36, label: true, says: "1" },
      { count: 4, label: false, says: "0" },
    ],
    says: "People called 4 items bad, 5 are needed",
  },
  { why: "no bad ones", groups: [{ count: 36, label: true, says: "1" }], says: "Kappa is undefined" },
  {
    why: "chance",
    groups: [true, false].flatMap((label) => ["1", "0"].map((says) => ({ count: 10, label, says }))),
    says: "Kappa is 0.00",
  },
  {
    why: "an uncertain kappa",
    groups: [
      { count: 12, label: true, says: "1" },
      { count: 3, label: true, says: "0" },
      { count: 3, label: false, says: "1" },
      { count: 12, label: false, says: "0" },
    ],
    says: "Kappa may be as low as 0.31",
  },
  {
    why: "no score at all",
    groups: [{ count: 30, label: true, says: "nothing" }],
    says: "0 labelled items were judged",
  },
])("$why is not calibrated", async ({ groups, says }) => {
  const report = await calibrateJudge({ judge, labels: labels(groups), passes: 1 });
  expect(report.isCalibrated).toBe(false);
  expect(report.reasons.join("; ")).toContain(says);
});

test("several raters: their majority counts, ties do not, and their own agreement is told", async () => {
  const rated = (id: string, ...ratings: boolean[]): Label[] =>
    ratings.map((label, index) => ({ id, output: `${id} says 1`, label, rater: `r${index}` }));
  const report = await calibrateJudge({
    judge,
    labels: [
      ...rated("a", true, true, false),
      ...rated("b", true, false),
      ...rated("c", false, false, false),
      ...rated("d", true),
    ],
  });
  expect(report).toMatchObject({ itemCount: 3, tieCount: 1, confusion: { truePass: 2, falsePass: 1 } });
  expect(report.raters).toMatchObject({ itemCount: 3, raterCount: 3 });
  // By hand: 8 paired ratings, 3 good and 5 bad; observed (4/2 + 2/1) / 8 = 0.5, expected 2 * 3 * 5 / (8 * 7).
  expect(report.raters?.alpha).toBeCloseTo(1 - 0.5 / (30 / 56), 6);
});

test("a judge that rolls dice is seen to disagree with itself", async () => {
  const dice: ScriptFunction = {
    id: "dice",
    next: ({ random }) => ({ say: JSON.stringify({ reason: "r", score: random() < 0.5 ? 0 : 1 }) }),
  };
  const model = scriptedModel(dice);
  const { selfConsistency } = await calibrateJudge({
    judge: createJudge({ rubric: "r", model, name: "dice", passes: 3 }),
    labels: labels([{ count: 200, label: true, says: "dice" }]),
  });
  // Three fair coins agree in a quarter of all cases, and pairs of them in half.
  expect(selfConsistency.unanimousShare).toBeGreaterThan(0.15);
  expect(selfConsistency.unanimousShare).toBeLessThan(0.36);
  expect(selfConsistency.pairwiseAgreement).toBeGreaterThan(0.4);
  expect(selfConsistency.pairwiseAgreement).toBeLessThan(0.6);
});

test("a cancelled calibration says so and asks no more", async () => {
  const controller = new AbortController();
  let doneCount = 0;
  const running = calibrateJudge({
    judge,
    labels: labels([{ count: 50, label: true, says: "1" }]),
    concurrency: 1,
    signal: controller.signal,
    onProgress: () => {
      doneCount += 1;
      if (doneCount === 3) controller.abort(new Error("enough"));
    },
  });
  await expect(running).rejects.toThrow("enough");
  expect(doneCount).toBe(3);
});

test("only a calibration of the very same judge lets it gate", async () => {
  const groups = [
    { count: 20, label: true, says: "1" },
    { count: 20, label: false, says: "0" },
  ];
  const report = await calibrateJudge({ judge, labels: labels(groups) });
  const record = calibrationRecord(judge, report, fixedClock(Date.UTC(2026, 10, 20)));
  expect(record.at).toBe("2026-11-20T00:00:00.000Z");
  const written = parseCalibration(JSON.stringify(record), "c.json");
  expect(written).toEqual(record);
  expect(isGating(judge, [written])).toBe(true);
  expect(isGating(judge, [])).toBe(false);
  expect(isGating({ ...judge, min: 0.5 }, [written])).toBe(false);
  expect(isGating({ ...judge, passes: 1 }, [written])).toBe(false);
  expect(isGating({ ...judge, model: "scripted/other" }, [written])).toBe(false);
  expect(isGating({ ...judge, rubricHash: "0" }, [written])).toBe(false);
  expect(isGating(judge, [{ ...written, report: { ...report, isCalibrated: false } }])).toBe(false);

  const gating = (calibrations: readonly Calibration[]) =>
    createJudge({ rubric: "Is it good?", model: scriptedModel(parrot), name: "parrot", calibrations });
  const conversation = "#0 says 1";
  expect((await gating([written]).evaluate({ conversation })).verdict.gates).toBe(true);
  expect((await gating([]).evaluate({ conversation })).verdict.gates).toBe(false);
});

test.each([
  { why: "no JSON", text: "{", says: "c.json: the record" },
  {
    why: "a missing report",
    text: '{"judgeId":"a","model":"m","rubricHash":"h","at":"2026-11-20T00:00:00Z"}',
    says: "c.json: report",
  },
])("$why is no calibration", ({ text, says }) => {
  expect(() => parseCalibration(text, "c.json")).toThrow(
    expect.objectContaining({ code: "judge.bad_calibration", message: expect.stringContaining(says) }),
  );
});

test("labels are JSON lines, empty ones skipped", () => {
  const text =
    '{"id":"a","input":"q","output":"o","label":true,"rater":"x"}\n\n{"id":"b","transcript":"#1 user: hi","label":false}\r\n';
  expect(readLabels(text, "l.jsonl")).toEqual([
    { id: "a", input: "q", output: "o", label: true, rater: "x" },
    { id: "b", transcript: "#1 user: hi", label: false },
  ]);
});

const line = (label: object) => JSON.stringify({ id: "a", output: "o", label: true, ...label });
test.each([
  { why: "no JSON", text: `${line({})}\n{`, says: "l:2: is no JSON" },
  { why: "no boolean", text: line({ label: "yes" }), says: "l:1: label" },
  { why: "neither output nor transcript", text: '{"id":"a","label":true}', says: "l:1: needs either" },
  { why: "both", text: line({ transcript: "t" }), says: "l:1: needs either" },
  { why: "an unknown field", text: line({ lable: true }), says: 'l:1: there is no key "lable", did you mean "label"?' },
  {
    why: "one id for two answers",
    text: `${line({ rater: "x" })}\n${line({ output: "p", rater: "y" })}`,
    says: "l:2: id a stands for two answers",
  },
  {
    why: "one rater twice",
    text: `${line({ rater: "x" })}\n${line({ rater: "x" })}`,
    says: "l:2: id a was already rated by x",
  },
  { why: "nothing", text: "\n", says: "l: holds no labels" },
])("$why is refused with its line", ({ text, says }) => {
  expect(() => readLabels(text, "l")).toThrow(
    expect.objectContaining({ code: "judge.bad_labels", message: expect.stringContaining(says) }),
  );
});
