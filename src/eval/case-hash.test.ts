import { expect, test } from "vitest";
import type { EvalCase } from "../domain/index.ts";
import { caseHash } from "./run-suite.ts";

const CASE: EvalCase = {
  id: "a",
  kind: "capability",
  tags: [],
  input: [{ user: "hello" }],
  user: null,
  world: { state: {}, env: {}, approvals: [] },
  metadata: {},
  checks: [{ answerContains: "yes" }],
  passRate: 0.5,
};

test.each([
  { name: "its kind, and the pass rate that comes with it", change: { kind: "regression", passRate: 1 } },
  { name: "a tag", change: { tags: ["nightly"] } },
  { name: "why it is there", change: { why: "An incident.", from: { incident: 7 } } },
  { name: "where it is written, and how often it is tried", change: { file: "b.yaml", trials: 9 } },
  {
    name: "a recording in place of the model",
    change: { world: { ...CASE.world, modelReplay: [], userReplay: [["hi"]] } },
  },
] satisfies { name: string; change: Partial<EvalCase> }[])("$name is no part of what is asked", ({ change }) => {
  expect(caseHash({ ...CASE, ...change })).toBe(caseHash(CASE));
});

test.each([
  { id: "b" },
  { input: [{ user: "hello!" }] },
  { user: { id: "u", grants: [] } },
  { history: [{ role: "user" as const, content: "before" }] },
  { simulatedUser: { goal: "a refund" } },
  { world: { ...CASE.world, state: { shop: 1 } } },
  { expected: "yes" },
  { metadata: { order: 1 } },
  { checks: [{ answerContains: "no" }] },
  { timeoutMs: 1 },
] satisfies Partial<EvalCase>[])("%o makes it another case", (change) => {
  expect(caseHash({ ...CASE, ...change })).not.toBe(caseHash(CASE));
});
