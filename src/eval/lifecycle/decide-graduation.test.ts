import { expect, test } from "vitest";
import { decideGraduation, refuseDemotion } from "./decide-graduation.ts";
import { DEFAULT_RULE } from "./graduation-report.ts";
import { madeRuns } from "./made-history.test-kit.ts";
import { suiteHistory } from "./suite-history.ts";

const decide = (
  versions: Parameters<typeof madeRuns>[0],
  options: Parameters<typeof decideGraduation>[1] & { readonly agent?: string } = {},
) => {
  const { agent, ...rest } = options;
  const history = suiteHistory(madeRuns(versions), { suite: "shop", by: "version", ...(agent && { agent }) });
  return decideGraduation(history, rest);
};
const plus = (count: number) => "+".repeat(count);
const three = (marks: string) => ["1", "2", "3"].map((version) => ({ version, cases: { a: marks } }));

test("the lower end of the interval counts: 36 of 36 over three versions graduates, 33 of 33 does not", () => {
  expect(decide(three(plus(12))).cases).toEqual([
    expect.objectContaining({
      id: "a",
      decision: "graduates",
      moreTrials: 0,
      pooled: expect.objectContaining({ passed: 36, total: 36 }),
      sentence: "passed 36 of 36 over 3 versions, 95 % interval 90.4 to 100 %: at least 90 %",
    }),
  ]);
  expect(decide(three(plus(11))).cases[0]).toMatchObject({
    decision: "too few trials",
    moreTrials: 2,
    sentence:
      "passed 33 of 33 over 3 versions, 95 % interval 89.6 to 100 %: too few trials to say at least 90 %; 2 more trials, all of them passing, would reach it",
  });
});

test("as many more passes as were said do reach the bar, and one fewer does not", () => {
  const more = decide(three(plus(3))).cases[0]?.moreTrials ?? 0;
  expect(more).toBe(26);
  const next = (count: number) => [...three(plus(3)).slice(0, 2), { version: "3", cases: { a: plus(3 + count) } }];
  expect(decide(next(more)).cases[0]?.decision).toBe("graduates");
  expect(decide(next(more - 1)).cases[0]?.decision).toBe("too few trials");
});

test("only the newest versions count, each of them must have run the case", () => {
  const old = { version: "0", cases: { a: "-".repeat(50) } };
  expect(decide([old, ...three(plus(12))]).cases[0]?.decision).toBe("graduates");
  const skipping = [...three(plus(30)).slice(0, 2), { version: "3", cases: { b: "+" } }];
  expect(decide(skipping).cases[0]).toMatchObject({
    decision: "too few versions",
    sentence: expect.stringContaining("3 versions must have run it (missing: 3)"),
  });
  expect(decide(three(plus(50)).slice(0, 2)).cases[0]?.decision).toBe("too few versions");
});

test("a case that was worded anew begins again, and one whose file changed since has no history", () => {
  const hashes = { a: "new words" };
  const [first, second, third] = three(plus(12));
  expect(decide([first!, { ...second!, hashes }, { ...third!, hashes }]).cases[0]).toMatchObject({
    decision: "too few versions",
    pooled: { passed: 24, total: 24 },
  });
  const current = [
    { id: "a", kind: "capability" as const, hash: "in the file now" },
    { id: "fresh", kind: "capability" as const, hash: "x" },
  ];
  expect(decide(three(plus(12)), { current }).cases.map(({ decision }) => decision)).toEqual([
    "changed since",
    "never run",
  ]);
});

test("what the suite's checks were before they changed is another history", () => {
  const versions = three(plus(12));
  const current = [{ id: "a", kind: "capability" as const, hash: "a", suiteHash: "s" }];
  expect(decide(versions, { current }).cases[0]?.decision).toBe("graduates");
  const changed = [{ ...current[0]!, suiteHash: "other checks" }];
  expect(decide(versions, { current: changed }).cases[0]?.decision).toBe("changed since");
  const before = { hashes: { suite: "s", dataset: "d", judge: "another rubric" } };
  expect(decide([{ ...versions[0]!, run: before }, ...versions.slice(1)]).cases[0]).toMatchObject({
    pooled: { total: 24 },
  });
});

test("a newest version that fails keeps the case from graduating on what older ones did", () => {
  const versions = [...three(plus(60)).slice(0, 2), { version: "3", cases: { a: "-" } }];
  expect(decide(versions).cases[0]).toMatchObject({
    decision: "newest version worse",
    pNewestWorse: expect.any(Number),
  });
  expect(decide(versions, { rule: { ...DEFAULT_RULE, versions: 1 } }).cases[0]?.decision).toBe("below the bar");
});

test("a case below the bar is told so, with what it would take", () => {
  expect(decide(three("++-")).cases[0]).toMatchObject({
    decision: "below the bar",
    sentence: expect.stringMatching(/^passed 6 of 9 .* it does not pass 90 % of the time; \d+ more trials/),
  });
});

test("runs that say nothing of the suite as it is are left out, and named", () => {
  const of = (version: string, run: object) => ({ version, cases: { a: plus(40) }, run });
  const { cases, leftOut, versions } = decide(
    [
      of("1", {}),
      of("2", { attributes: { failing: true } }),
      of("3", { attributes: { faults: ["flaky-api"] } }),
      of("4", { status: "interrupted" }),
      of("5", { agent: { name: "naive", version: "5" } }),
    ],
    { agent: "support" },
  );
  expect(versions).toEqual(["1"]);
  expect(cases[0]?.decision).toBe("too few versions");
  expect(leftOut.map(({ because }) => because)).toEqual([
    "it ran only cases that had failed before",
    "it ran under faults: flaky-api",
    "it is interrupted",
    "it ran another agent, naive",
  ]);
});

test("a regression case stays one", () => {
  const kinds = { a: "regression" as const };
  expect(decide(three("---").map((each) => ({ ...each, kinds }))).cases[0]?.decision).toBe("is regression");
  expect(() => refuseDemotion("regression")).not.toThrow();
  expect(() => refuseDemotion("capability")).toThrow(
    expect.objectContaining({ code: "case.no_demotion", message: expect.stringContaining("it once worked") }),
  );
});
