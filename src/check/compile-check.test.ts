import fc from "fast-check";
import { expect, test } from "vitest";
import { type CheckSpec, weakestWitness } from "../domain/index.ts";
import { check } from "./build-check.ts";
import { CHECKS } from "./catalogue.ts";
import { compileCheck } from "./compile-check.ts";
import { describeChecks, describeCommonOptions } from "./describe-checks.ts";
import { log } from "./log-builder.test-kit.ts";

const refuse = (spec: unknown) => {
  try {
    compileCheck(spec as CheckSpec, "refund.yaml: checks[2]");
  } catch (error) {
    const { code, message, details } = error as { code: string; message: string; details: object };
    return { code, message, details };
  }
  throw new Error("was not refused");
};

test.each([
  { spec: { toolAllowed: [] }, message: 'there is no check "toolAllowed", did you mean "toolsAllowed"?' },
  { spec: { cost_at_most: 1 }, message: 'there is no check "cost_at_most", did you mean "costAtMost"?' },
  { spec: { zzzzzzzzzzzz: 1 }, message: 'there is no check "zzzzzzzzzzzz"; there are toolsAllowed, ' },
])("$spec is unknown", ({ spec, message }) => {
  expect(refuse(spec)).toMatchObject({
    code: "check.unknown",
    message: expect.stringContaining(`refund.yaml: checks[2]: ${message}`),
  });
});

test.each([
  { spec: null, path: "", message: "expected an object with one check" },
  { spec: {}, path: "", message: "expected one check in each entry, found none" },
  { spec: { retriesAtMost: 1, stepsAtMost: 1 }, path: "", message: "found retriesAtMost and stepsAtMost" },
  { spec: { retriesAtMost: -1 }, path: "retriesAtMost.max", message: "max: Too small: expected number to be >=0" },
  { spec: { retriesAtMost: "3" }, path: "retriesAtMost.max", message: "max: expected number, received string" },
  { spec: { never: { unless: "approval" } }, path: "never.tool", message: "tool: expected string, but it is missing" },
  {
    spec: { never: { tool: "a", unles: "approval" } },
    path: "never",
    message: '"unles" is not an option, did you mean "unless"?',
  },
  {
    spec: { never: { tool: "a", unless: "aproval" } },
    path: "never.unless",
    message: 'unless: "aproval" cannot be read from "aproval" on',
  },
  {
    spec: { never: { tool: "a", unless: { not: { tol: "a" } } } },
    path: "never.unless.not",
    message: 'unless.not: "tol" is not an option',
  },
  {
    spec: { argumentsMatch: { tool: "a", match: {}, call: 0 } },
    path: "argumentsMatch.call",
    message: "call: Too small",
  },
  {
    spec: { argumentsMatch: { tool: "a", match: { x: { matches: "(" } } } },
    path: "argumentsMatch.match",
    message: "regular expression",
  },
  { spec: { state: { path: "a" } }, path: "state", message: "expected one of equals, " },
  {
    spec: { stateSql: { sql: "SELECT 1; DROP TABLE x", equals: 1 } },
    path: "stateSql.sql",
    message: "expected one SELECT",
  },
  {
    spec: { latestVersion: { source: "a" } },
    path: "latestVersion",
    message: "expected either latest or latestFromState",
  },
  {
    spec: { sourceFresherThan: { days: 1, hours: 1 } },
    path: "sourceFresherThan",
    message: "expected either days or hours",
  },
  { spec: { answerMatches: "(" }, path: "answerMatches.pattern", message: "expected a regular expression" },
  { spec: { toolsAllowed: "orders.get" }, path: "toolsAllowed.tools", message: "expected array" },
  { spec: { toolsAllowed: [], witness: "god" }, path: "witness", message: "witness: Invalid option" },
  { spec: { custom: { name: "x", judge: "yes" } }, path: "custom.judge", message: "expected a function" },
])("$spec is refused at $path", ({ spec, path, message }) => {
  expect(refuse(spec)).toMatchObject({
    code: "check.bad_spec",
    message: expect.stringContaining(message),
    details: { where: "refund.yaml: checks[2]", path },
  });
});

test("common options name it, take it out of the gate, and demand a witness", () => {
  const spec = check.named("only reads", check.reportOnly(check.seenBy("runtime", check.toolsAllowed(["a"]))));
  const compiled = compileCheck(spec);
  expect(compiled.name).toBe("only reads");
  expect(compiled.explain()).toBe(
    "It calls no tool other than a. What it rests on was seen by the runtime or a stronger witness.",
  );
  expect(compiled.judge(log().tool("a").run())).toMatchObject({ name: "only reads", outcome: "pass", gates: false });
});

test.each([
  { seen: ["edge", "person", "runtime", "agent"], weakest: "agent" },
  { seen: ["edge", "person", "runtime"], weakest: "runtime" },
  { seen: ["person", "edge"], weakest: "person" },
  { seen: [], weakest: null },
] as const)("the weakest of $seen is $weakest", ({ seen, weakest }) => {
  const events = seen
    .reduce<ReturnType<typeof log>>((built, witness) => built.seenBy(witness).answer("x"), log())
    .events();
  expect(weakestWitness(events)).toBe(weakest);
});

test.each([
  { why: "strong enough", events: log("edge").tool("a"), spec: { toolsRequired: ["a"] }, outcome: "pass" },
  {
    why: "the agent's word",
    events: log("agent").tool("a"),
    spec: { toolsRequired: ["a"] },
    outcome: "void",
    words: "rests on what the agent says of itself",
  },
  { why: "a failure stands", events: log("agent").tool("b"), spec: { toolsAllowed: ["a"] }, outcome: "fail" },
  { why: "absence by a weak log", events: log("agent").tool("b"), spec: { never: { tool: "a" } }, outcome: "void" },
  { why: "absence by a strong log", events: log("edge").tool("b"), spec: { never: { tool: "a" } }, outcome: "pass" },
])("witness edge, $why: $outcome", ({ events, spec, outcome, words = "" }) => {
  const verdict = compileCheck({ ...spec, witness: "edge" }).judge(events.run());
  expect(verdict).toMatchObject({ outcome, explanation: expect.stringContaining(words) });
});

test.each([
  { judge: () => true, outcome: "pass", score: 1 },
  { judge: () => false, outcome: "fail", score: 0 },
  {
    judge: async () => ({ outcome: "fail" as const, explanation: "half", score: 0.5, evidence: [0] }),
    outcome: "fail",
    score: 0.5,
  },
  { judge: () => ({ outcome: "void" as const, explanation: "cannot tell" }), outcome: "void", score: null },
])("a custom check says $outcome", async ({ judge, ...wanted }) => {
  expect(await compileCheck(check.custom("mine", judge)).judge(log().answer("x").run())).toMatchObject({
    name: "custom(mine)",
    ...wanted,
  });
});

test("names tell apart what would otherwise be one, however long", () => {
  const name = (path: string) => compileCheck(check.state({ path, exists: true })).name;
  const long = "a".repeat(200);
  expect(name(`${long}.b`)).not.toBe(name(`${long}.c`));
  expect(name(long).length).toBeLessThan(140);
});

test("the catalogue describes itself, and every example compiles, from YAML and from TypeScript", () => {
  for (const { name, summary, options, yaml, typescript } of describeChecks()) {
    expect(CHECKS).toHaveProperty(name);
    expect(check).toHaveProperty(name);
    expect(summary).toMatch(/^[A-Z].*\.$/);
    expect(typescript).toContain(`check.${name}(`);
    expect(options.every(({ type }) => type !== "any")).toBe(true);
    expect(yaml ?? `- ${name}:`).toContain(`- ${name}:`);
  }
  expect(describeCommonOptions().map(({ name }) => name)).toEqual(["name", "witness", "gates"]);
});

const EXAMPLES: readonly CheckSpec[] = [
  ...Object.values(CHECKS).flatMap(({ name, example }) => (example === null ? [] : [{ [name]: example }])),
  check.custom("short", ({ events }) => events.length < 5),
];

const step = fc.oneof(
  fc.tuple(fc.constant("tool"), fc.constantFrom("orders.get", "refund.issue", "billing.lookup"), fc.boolean()),
  fc.tuple(
    fc.constant("answer"),
    fc.constantFrom("Your refund has been issued.", "It failed.", "SSN 123-45-6789"),
    fc.boolean(),
  ),
  fc.tuple(fc.constant("model"), fc.constant(""), fc.boolean()),
  fc.tuple(fc.constant("approval"), fc.constantFrom("refund.issue", "orders.get"), fc.boolean()),
);

function build(steps: readonly (readonly [string, string, boolean])[], hasState: boolean) {
  const events = log().started([{ name: "refund.issue", risk: "irreversible", permissions: ["pay"] }], ["read"]);
  for (const [kind, text, flag] of steps) {
    if (kind === "tool")
      events.tool(text, { id: 1 }, { customer: { ssn: "123-45-6789" } }, flag ? { error: "503" } : {});
    if (kind === "answer") events.answer(text);
    if (kind === "model") events.model(flag ? { usd: 0.01, inputTokens: 9_000, outputTokens: 1 } : {});
    if (kind === "approval") events.approval(flag ? "approved" : "denied", { tool: text });
  }
  const state = { orders: { W1234: { status: "paid", refunds: [] } } };
  return events.ended().run(hasState ? { state: { before: state, after: state } } : {});
}

test("checks are pure: a frozen run gives the same verdict twice, resting on events it has", () => {
  const compiled = EXAMPLES.map((spec) => compileCheck(spec));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, hasState) => {
      const run = freeze(build(steps, hasState));
      const before = JSON.stringify(run);
      for (const each of compiled) {
        const verdict = each.judge(run);
        expect(each.judge(run)).toEqual(verdict);
        expect(compileCheck(each.spec).judge(run)).toEqual(verdict);
        expect(verdict).toMatchObject({ name: each.name, explanation: expect.stringMatching(/^\S.*[.:]?$/s) });
        if (verdict instanceof Promise) throw new Error("only a custom check may take its time");
        expect(verdict.evidence.every((seq) => run.events[seq]?.seq === seq)).toBe(true);
        expect(verdict.score === null).toBe(verdict.outcome === "void");
      }
      expect(JSON.stringify(run)).toBe(before);
    }),
    { numRuns: 60 },
  );
});

function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) freeze(member);
  }
  return value;
}
