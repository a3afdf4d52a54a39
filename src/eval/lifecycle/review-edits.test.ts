import { expect, test } from "vitest";
import type { CaseSource } from "./file-edit.ts";
import { planReview } from "./review-edits.ts";
import type { ReviewFinding } from "./review-report.ts";
import { applyEdits } from "./text-edit.ts";

const finding = (caseId: string | null, more: Partial<ReviewFinding> = {}): ReviewFinding => ({
  finding: "flaky",
  caseId,
  kind: "capability",
  isShown: true,
  evidence: "passed 8 of 16",
  figures: {},
  runs: [],
  action: "look at it",
  isRemoval: false,
  ...more,
});
const source = (text: string, more: Partial<CaseSource> = {}): CaseSource => ({
  path: "cases/a.yaml",
  text,
  form: "data",
  caseIds: ["a"],
  ...more,
});
const LINE = "# review(flaky): passed 8 of 16. Proposed: look at it.";

test.each([
  { name: "above the first key", before: "id: a\nkind: capability\n", after: `${LINE}\nid: a\nkind: capability\n` },
  { name: "below what stands there", before: "# why\n---\nid: a\n", after: `# why\n---\n${LINE}\nid: a\n` },
  { name: "with the file's line ends", before: "id: a\r\nx: 1\r\n", after: `${LINE}\r\nid: a\r\nx: 1\r\n` },
  { name: "above a flow map", before: "{ id: a }\n", after: `${LINE}\n{ id: a }\n` },
  {
    name: "in a list of cases",
    before: "name: s\ncases:\n  - id: b\n  - id: a\n    why: x\n",
    after: `name: s\ncases:\n  - id: b\n  ${LINE}\n  - id: a\n    why: x\n`,
  },
  { name: "not twice", before: `${LINE}\nid: a\n`, after: `${LINE}\nid: a\n` },
])("a comment $name", ({ before, after }) => {
  const plan = planReview([finding("a")], [source(before)], { isRemoving: false });
  expect(applyEdits(before, plan.files[0]?.edits ?? [])).toBe(after);
  expect(plan.byHand).toEqual([]);
});

test("names from outside cannot end the comment", () => {
  const evil = finding("a", { evidence: "tool x\nkind: regression\u2028y" });
  const { files } = planReview([evil], [source("id: a\n")], { isRemoving: false });
  expect(applyEdits("id: a\n", files[0]?.edits ?? [])).toBe(
    "# review(flaky): tool x kind: regression y. Proposed: look at it.\nid: a\n",
  );
});

test("what no comment fits into is named; suspicions and guards are not written", () => {
  const sources = [
    source('{"id":"a"}', { path: "a.json" }),
    source("suite(...)", { path: "suite.ts", form: "code", caseIds: ["b"] }),
    source("id: c\n", { caseIds: ["c"] }),
  ];
  const findings = [finding("a"), finding("b"), finding("c", { isShown: false }), finding("c", { action: null })];
  expect(planReview([...findings, finding(null)], sources, { isRemoving: true })).toEqual({
    files: [],
    removals: [],
    byHand: ["a", "b"],
  });
});

test("only a file of one case is proposed to be taken away, and only when asked", () => {
  const duplicate = finding("a", { finding: "duplicate", isRemoval: true });
  const one = source("id: a\n");
  expect(planReview([duplicate], [one], { isRemoving: true })).toEqual({ files: [], removals: [one], byHand: [] });
  expect(planReview([duplicate], [one], { isRemoving: false }).removals).toEqual([]);
  const suite = source("name: s\ncases:\n  - id: a\n  - id: b\n", { caseIds: ["a", "b"] });
  expect(planReview([duplicate], [suite], { isRemoving: true })).toMatchObject({ removals: [], byHand: [] });
});
