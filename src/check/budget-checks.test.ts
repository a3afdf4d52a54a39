import { expect, test } from "vitest";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const known = log()
  .model({ usd: 0.02, inputTokens: 1_000, outputTokens: 50 })
  .model({ usd: 0.03, inputTokens: 3_000, outputTokens: 70 })
  .ended("answered", 12_500);
const unpriced = log().model({ usd: 0.02, inputTokens: 1_000 }).model({ usd: null }).model({ isOpen: true });

test.each([
  { spec: { costAtMost: { usd: 0.05 } }, on: known, outcome: "pass", evidence: [1, 3] },
  { spec: { costAtMost: 0.049 }, on: known, outcome: "fail", evidence: [1, 3] },
  { spec: { costAtMost: 0 }, on: known, outcome: "fail", evidence: [1, 3] },
  { spec: { costAtMost: 1 }, on: unpriced, outcome: "void", evidence: [3, 4] },
  { spec: { costAtMost: 0.01 }, on: unpriced, outcome: "fail", evidence: [1, 3, 4] },
  { spec: { costAtMost: 1 }, on: log(), outcome: "void", evidence: [] },
  { spec: { latencyAtMost: { seconds: 12.5 } }, on: known, outcome: "pass", evidence: [4] },
  { spec: { latencyAtMost: 12 }, on: known, outcome: "fail", evidence: [4] },
  { spec: { latencyAtMost: 12 }, on: unpriced, outcome: "void", evidence: [] },
  { spec: { stepsAtMost: 2 }, on: known, outcome: "pass", evidence: [1, 3] },
  { spec: { stepsAtMost: 1 }, on: known, outcome: "fail", evidence: [1, 3] },
  { spec: { stepsAtMost: 1 }, on: log().model({}).model({ error: "500" }), outcome: "pass", evidence: [1] },
  { spec: { stepsAtMost: 1 }, on: log(), outcome: "void", evidence: [] },
  { spec: { tokensAtMost: 4_120 }, on: known, outcome: "pass", evidence: [1, 3] },
  { spec: { tokensAtMost: 4_119 }, on: known, outcome: "fail", evidence: [1, 3] },
  { spec: { tokensAtMost: { max: 120, of: "output" } }, on: known, outcome: "pass", evidence: [1, 3] },
  { spec: { tokensAtMost: 5_000 }, on: unpriced, outcome: "void", evidence: [1, 3, 4] },
  { spec: { contextAtMost: 3_000 }, on: known, outcome: "pass", evidence: [1, 3] },
  { spec: { contextAtMost: 2_999 }, on: known, outcome: "fail", evidence: [3] },
  { spec: { contextAtMost: 2_999 }, on: unpriced, outcome: "void", evidence: [3, 4] },
  { spec: { contextAtMost: 999 }, on: unpriced, outcome: "fail", evidence: [1] },
])("$spec gives $outcome", ({ spec, on, ...wanted }) => {
  expect(compileCheck(spec).judge(on.run())).toMatchObject(wanted);
});
