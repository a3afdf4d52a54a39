import fc from "fast-check";
import { expect, test } from "vitest";
import type { EvalCase } from "../../domain/index.ts";
import type { LoadedSuite } from "../loaded-suite.ts";
import { planStress } from "./plan-stress.ts";
import { readStressId, stressId } from "./stress-id.ts";
import { parseStress } from "./stress-schema.ts";

function madeCase(id: string, change: Partial<EvalCase> = {}): EvalCase {
  return {
    id,
    kind: "capability",
    tags: ["billing"],
    input: [{ user: "Please refund order W1234, it is broken." }],
    user: { id: "u", grants: ["refund"] },
    world: { state: {}, env: {}, approvals: [] },
    metadata: {},
    checks: [{ escalates: {} }],
    passRate: 0.5,
    ...change,
  };
}

function madeSuite(cases: readonly EvalCase[]): LoadedSuite {
  return {
    name: "support",
    file: "suite.ts",
    target: { kind: "file", file: "agent.ts", name: "agent" },
    trials: 3,
    isolation: "none",
    cases,
    checks: [],
    scorers: [],
    scoreMin: 0.5,
    timeoutMs: 1_000,
    passEnv: [],
    faults: [],
  };
}

const plan = (cases: readonly EvalCase[], conditions: unknown, seed = 1) =>
  planStress({ suite: madeSuite(cases), conditions: parseStress(conditions), seed });

test("each case as it was written, and under each condition and level; checks stay", () => {
  const conditions = [
    { name: "long-conversation", levels: [80, 10, 10] },
    "permissions",
    { name: "messy-user", label: "angry", parameters: { operators: ["anger"] } },
  ];
  const { suite, leftOut } = plan([madeCase("a"), madeCase("b")], conditions);
  expect(suite.cases.map(({ id }) => id)).toEqual([
    "a",
    "b",
    "a+long-conversation@10",
    "a+long-conversation@80",
    "a+permissions",
    "a+messy-user:angry",
    "b+long-conversation@10",
    "b+long-conversation@80",
    "b+permissions",
    "b+messy-user:angry",
  ]);
  expect(leftOut).toEqual([]);
  expect(suite.cases.slice(2).every(({ checks, passRate }) => checks.length === 1 && passRate === 0.5)).toBe(true);
  expect(suite.cases[3]).toMatchObject({ tags: ["billing", "stress", "long-conversation"] });
  expect(suite.cases[3]?.history).toHaveLength(160);
});

test("the same seed plans the same cases, another seed others", () => {
  const conditions = ["messy-user", "long-conversation"];
  expect(plan([madeCase("a")], conditions, 5)).toEqual(plan([madeCase("a")], conditions, 5));
  expect(plan([madeCase("a")], conditions, 5)).not.toEqual(plan([madeCase("a")], conditions, 6));
});

test("a case that gives a condition nothing to work on is left out, and why is told", () => {
  const { suite, leftOut } = plan([madeCase("a"), madeCase("b", { user: null })], ["permissions"]);
  expect(suite.cases.map(({ id }) => id)).toEqual(["a", "b", "a+permissions"]);
  expect(leftOut).toEqual([
    { caseId: "b", condition: "permissions", because: "permissions does not fit case b: it has no user" },
  ]);
});

test.each([
  { why: "a condition that does not exist", conditions: ["angry-user"], code: "condition.unknown" },
  {
    why: "levels without a strength",
    conditions: [{ name: "permissions", levels: [1] }],
    code: "condition.bad_parameters",
  },
  { why: "the same twice", conditions: ["messy-user", "messy-user"], code: "condition.bad_parameters" },
  { why: "an unknown key", conditions: [{ name: "messy-user", level: [1] }], code: "condition.bad_parameters" },
  { why: "bad parameters", conditions: [{ name: "messy-user", levels: [2] }], code: "condition.bad_parameters" },
  { why: "nothing", conditions: [], code: "condition.bad_parameters" },
  {
    why: "conditions that fit no case",
    conditions: [{ name: "outdated-documents", parameters: { at: ["kb"] } }],
    code: "suite.no_cases",
  },
])("refuses $why", ({ conditions, code }) => {
  expect(() => plan([madeCase("a")], conditions)).toThrow(expect.objectContaining({ code }));
});

test("refuses a case that has the id of a stressed one", () => {
  expect(() => plan([madeCase("a+messy-user@1")], ["permissions"])).toThrow(
    expect.objectContaining({ code: "condition.bad_parameters", message: expect.stringContaining("rename") }),
  );
});

test("what an id says is read back, whatever the case is called", () => {
  const place = fc.record({
    baseId: fc.string({ minLength: 1 }),
    condition: fc.constantFrom("messy-user", "long-conversation", "permissions"),
    label: fc.option(fc.stringMatching(/^[\w.-]+$/)),
    level: fc.option(
      fc.oneof(
        fc.nat(),
        fc.integer({ min: -1_000, max: 1_000 }).map((value) => value / 100),
      ),
    ),
  });
  fc.assert(
    fc.property(place, (given) => {
      expect(readStressId(stressId(given))).toEqual(given);
    }),
  );
});

test.each(["refund", "a+b", "a+messy-user@", "+messy-user", "a+messy-userx"])(
  "%s is a case as it was written",
  (id) => {
    expect(readStressId(id)).toBe(null);
  },
);
