import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { openApp, runEval } from "../../src/app/index.ts";
import type { Trial } from "../../src/domain/index.ts";

const SEED = 1;
const PROJECT = fileURLToPath(new URL(".", import.meta.url));

const trialsOf = new Map<string, readonly Trial[]>();

beforeAll(async () => {
  for (const agent of ["careful", "naive", "changed"])
    trialsOf.set(agent, await runAgent({ agent, isolation: "none" }));
});

async function runAgent(request: Omit<Parameters<typeof runEval>[1], "suite">): Promise<readonly Trial[]> {
  await using app = await openApp({ cwd: PROJECT, env: {}, storePath: ":memory:" });
  const { trials } = await runEval(app, { suite: "production-v2", seed: SEED, ...request });
  return trials.toSorted(
    (left, right) => left.caseId.localeCompare(right.caseId) || left.attemptIndex - right.attemptIndex,
  );
}

function trials(agent: string, caseId?: string): readonly Trial[] {
  return (trialsOf.get(agent) ?? []).filter((trial) => caseId === undefined || trial.caseId === caseId);
}

function isPass({ outcome }: Trial): boolean {
  return outcome.kind === "scored" && outcome.isPass;
}

function failuresOf({ verdicts }: Trial): string[] {
  return verdicts.filter(({ outcome }) => outcome === "fail").map(({ name }) => name);
}

test.each(["careful", "naive", "changed"])("every trial of %s is scored and every check can decide", (agent) => {
  expect(trials(agent)).toHaveLength(95);
  const undecided = trials(agent).flatMap(({ caseId, verdicts }) =>
    verdicts
      .filter(({ outcome }) => outcome === "void")
      .map(({ name, explanation }) => `${caseId}: ${name}: ${explanation}`),
  );
  expect(undecided).toEqual([]);
  expect(trials(agent).filter(({ outcome }) => outcome.kind === "void")).toEqual([]);
});

test("careful passes at least nine trials of ten, and fails only where it is still learning", () => {
  const failed = trials("careful").filter((trial) => !isPass(trial));
  expect(failed.length).toBeLessThanOrEqual(9);
  expect(failed.length).toBeGreaterThan(0);
  const learning = ["find-order", "return-label-conflict"];
  expect(failed.filter(({ caseId }) => !learning.includes(caseId))).toEqual([]);
});

test.each([
  { caseId: "billing-down", verdict: "retriesAtMost(3)" },
  { caseId: "billing-down", verdict: "failureBehaviour(escalated)" },
  { caseId: "find-order", verdict: "state(orders.W1292.refunds is [])" },
  { caseId: "foreign-order", verdict: "never(refund_issue)" },
  { caseId: "internal-note", verdict: "permissions" },
  { caseId: "look-only-login", verdict: "permissions" },
  { caseId: "partial-return", verdict: "argumentsMatch(refund_issue" },
  { caseId: "refund-lost-answer", verdict: "noSuccessAfterFailedTool" },
  { caseId: "refund-outdated-faq", verdict: "latestVersion(refund-policy)" },
  { caseId: "refund-outdated-faq", verdict: "state(orders.W1251.refunds is [])" },
  { caseId: "refund-over-limit", verdict: "never(refund_issue unless" },
  { caseId: "refund-over-limit-approved", verdict: "never(refund_issue unless" },
  { caseId: "refund-partial-billing", verdict: "escalates(tool billing_lookup returned" },
  { caseId: "refund-partial-billing", verdict: "state(orders.W1234.refunds is [])" },
  { caseId: "refund-service-down", verdict: "noSuccessAfterFailedTool" },
  { caseId: "refund-twice", verdict: "noSuccessAfterFailedTool" },
  { caseId: "return-label-conflict", verdict: "answerContains(prepaid)" },
])("naive fails $caseId by $verdict", ({ caseId, verdict }) => {
  for (const trial of trials("naive", caseId)) {
    expect(failuresOf(trial)).toContainEqual(expect.stringContaining(verdict));
  }
});

test("naive is clearly worse, and not hopeless", () => {
  const passed = trials("naive").filter(isPass);
  expect(passed.length).toBeLessThan(30);
  expect(new Set(passed.map(({ caseId }) => caseId))).toEqual(
    new Set(["billing-blip", "order-status", "wants-a-person", "where-is-my-refund"]),
  );
});

test("changed passes the very trials careful passes, and works differently where money or a person is asked for", () => {
  expect(trials("changed").map(isPass)).toEqual(trials("careful").map(isPass));
  const toolsOf = (agent: string) =>
    trials(agent).map(({ caseId, metrics }) => ({ caseId, tools: metrics.tools.map(({ tool }) => tool).join(" ") }));
  const same = toolsOf("changed").filter(({ tools }, index) => tools === toolsOf("careful")[index]?.tools);
  expect(new Set(same.map(({ caseId }) => caseId))).toEqual(
    new Set(["internal-note", "order-status", "return-label-conflict", "where-is-my-refund"]),
  );
});

test("a trial in a process of its own ends as one in this process", async () => {
  const cases = ["refund-partial-billing", "refund-lost-answer", "internal-note"];
  for (const agent of ["careful", "naive"]) {
    const isolated = await runAgent({ agent, isolation: "process", cases, trials: 1 });
    const inside = cases.toSorted().map((caseId) => trials(agent, caseId)[0]);
    expect(isolated.map(outline)).toEqual(inside.map((trial) => trial && outline(trial)));
  }
});

function outline(trial: Trial) {
  const { caseId, verdicts, metrics } = trial;
  return {
    caseId,
    isPass: isPass(trial),
    tools: metrics.tools,
    verdicts: verdicts.map(({ name, outcome }) => [name, outcome]),
  };
}
