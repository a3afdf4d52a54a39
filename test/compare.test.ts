import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataFolder, makeProject, mustRun, readData, runCli, runJson, WITHOUT_DATA } from "./cli-kit.ts";

const MERGED = " (3 files merged)";

interface ExpectedPair {
  readonly tasks: number;
  readonly a: number;
  readonly b: number;
  readonly delta: number;
  readonly sign_flip_p: number;
  readonly pass_to_fail?: number;
  readonly fail_to_pass?: number;
  readonly mcnemar_exact_p?: number;
}

const hasData = dataFolder() !== undefined;
const expectedPairs = Object.entries(hasData ? readData<Record<string, ExpectedPair>>("expected_pairs.json") : {}).map(
  ([name, pair]) => ({ name, a: name.split("  ->  ")[0] ?? "", b: name.split("  ->  ")[1] ?? "", pair }),
);
const nothing: ExpectedPair = { tasks: 0, a: 0, b: 0, delta: 0, sign_flip_p: 1 };
const rows = hasData ? expectedPairs : [{ name: "pairs of real recordings", a: "", b: "", pair: nothing }];

const TOOL_CALLING = "tau1/retail__agentverify-tool-calling__100x1.json";
const ASSERTIONS = "tau1/retail__agentverify-assertions-0618__100x1.json";
const GPT_BASE = "tau2/retail40__gpt-4.1__base.json";
const GPT_TUNED = "tau2/retail40__gpt-4.1__sft.json";
const SONNET = "tau2/airline50__claude-sonnet-4-5-aide.json";
const GPT_4O = "tau2/airline50__gpt-4o-2024-11-20.json";

/** All recordings the pairs are made of, each imported once, named after its file. */
describe.skipIf(WITHOUT_DATA)(`pairs of real recordings${WITHOUT_DATA}`, () => {
  const { folder, remove } = makeProject({});
  afterAll(remove);

  beforeAll(async () => {
    for (const recording of new Set(expectedPairs.flatMap(({ a, b }) => [a, b]))) {
      const path = join(dataFolder() ?? "", recording.replace(MERGED, ""));
      const files = recording.endsWith(MERGED) ? [1, 2, 3].map((trial) => `${path}__trial${trial}.json`) : [path];
      const words = ["eval", "import", ...files, "--format", recording.slice(0, 4), "--run", nameOf(recording)];
      await mustRun(folder, words);
    }
  });

  const compare = async (a: string, b: string, ...words: string[]) => {
    const { exitCode, stdout } = await runCli(folder, ["eval", "compare", nameOf(a), nameOf(b), ...words, "--json"]);
    const { comparison, gate } = JSON.parse(stdout);
    return { exitCode, suite: comparison.suite, cases: comparison.cases, reasons: gate.reasons };
  };

  test.each(rows)("$name: means, direction and tests are those of an independent program", async ({ a, b, pair }) => {
    const { suite } = await compare(a, b);
    expect(suite.caseCount).toBe(pair.tasks);
    expect(suite.passRateA.rate).toBeCloseTo(pair.a, 5);
    expect(suite.passRateB.rate).toBeCloseTo(pair.b, 5);
    expect(suite.difference.mean).toBeCloseTo(pair.delta, 5);
    expect(suite.difference.lower).toBeLessThan(pair.delta);
    expect(suite.difference.upper).toBeGreaterThan(pair.delta);
    // Theirs is drawn, ours is exact where it can be.
    expect(Math.abs(suite.pValue - pair.sign_flip_p)).toBeLessThan(0.02);
    const direction = pair.delta < 0 ? "regressed" : "improved";
    expect(suite.verdict).toBe(pair.sign_flip_p <= 0.05 ? direction : "no difference shown");
    const mcnemar = { passToFail: suite.mcnemar?.passToFail, failToPass: suite.mcnemar?.failToPass };
    expect(mcnemar).toEqual({ passToFail: pair.pass_to_fail, failToPass: pair.fail_to_pass });
    if (pair.mcnemar_exact_p !== undefined) expect(suite.mcnemar.pValue).toBeCloseTo(pair.mcnemar_exact_p, 5);
  });

  test("tool calling -> assertions is a regression, although no single case has evidence", async () => {
    const { exitCode, suite, cases, reasons } = await compare(TOOL_CALLING, ASSERTIONS, "--fail-on", "regressed");
    expect({ exitCode, verdict: suite.verdict }).toEqual({ exitCode: 1, verdict: "regressed" });
    expect(suite.mcnemar).toMatchObject({ passToFail: 43, failToPass: 5 });
    expect(reasons).toEqual([expect.objectContaining({ code: "suite-regressed", caseIds: suite.brokeCaseIds })]);
    expect(cases.filter(({ change }: { change: string }) => change === "regressed")).toEqual([]);
  });

  test("sonnet 4.5 -> gpt-4o is a regression with McNemar's p = 0.00235", async () => {
    const { exitCode, suite } = await compare(SONNET, GPT_4O, "--fail-on", "regressed");
    expect({ exitCode, verdict: suite.verdict }).toEqual({ exitCode: 1, verdict: "regressed" });
    expect(suite.mcnemar.pValue).toBeCloseTo(0.00235, 6);
  });

  test("gpt-4.1 base -> sft: unchanged on average, and each of the 6 broken and 6 fixed cases is named", async () => {
    const { exitCode, suite, cases } = await compare(GPT_BASE, GPT_TUNED, "--fail-on", "regressed");
    expect({ exitCode, verdict: suite.verdict }).toEqual({ exitCode: 0, verdict: "no difference shown" });
    expect(suite.sentence).toMatch(/^Unchanged on average: pass rate 0\.85 -> 0\.85/);
    const { broke, fixed } = movedIds(GPT_BASE, GPT_TUNED);
    expect([broke.length, fixed.length]).toEqual([6, 6]);
    expect([new Set(suite.brokeCaseIds), new Set(suite.fixedCaseIds)]).toEqual([new Set(broke), new Set(fixed)]);
    const { stdout } = await runCli(folder, ["eval", "compare", nameOf(GPT_BASE), nameOf(GPT_TUNED)]);
    for (const id of [...broke, ...fixed]) {
      const found = cases.find((one: { id: string }) => one.id === id);
      expect(found).toMatchObject({ change: "not enough evidence" });
      expect(found.moreTrials).toBeGreaterThan(0);
      const advice = `not enough evidence at one trial (run ${found.moreTrials} more trials a side)`;
      expect(stdout).toContain(
        `    ${id}: passed ${broke.includes(id) ? "1 of 1, now 0" : "0 of 1, now 1"} of 1: ${advice}`,
      );
    }
  });
});

function nameOf(recording: string): string {
  return basename(recording, ".json").replace(MERGED, "-merged");
}

/** Read straight off two recordings of one trial each. */
function movedIds(a: string, b: string): { broke: string[]; fixed: string[] } {
  const [before, after] = [a, b].map((file) => {
    const { simulations } = readData<{ simulations: { task_id: string; reward_info: { reward: number } }[] }>(file);
    return new Map(simulations.map(({ task_id, reward_info }) => [task_id, reward_info.reward >= 1 - 1e-6]));
  });
  const ids = [...(before?.keys() ?? [])].sort();
  return {
    broke: ids.filter((id) => before?.get(id) && !after?.get(id)),
    fixed: ids.filter((id) => !before?.get(id) && after?.get(id)),
  };
}

const CASES = ["apples", "bananas", "cherries", "dates", "elderberries", "figs"];

/** An agent that fails one case, always. */
const failing = (version: string, failed: string) => `
import { defineAgent } from "aegis";
export default defineAgent({ name: "fruit", version: "${version}", run: ({ message }) => message === "${failed}" ? "no" : "yes" });
`;

/** An agent that calls two tools in one order or the other and answers the same. */
const ordered = (version: string, tools: readonly [string, string]) => `
import { defineAgent } from "aegis";
export default defineAgent({
  name: "fruit",
  version: "${version}",
  run: async ({ context }) => {
    for (const tool of ${JSON.stringify(tools)}) {
      await context.boundary.tool({ tool, callId: tool, arguments: {}, execute: () => "done" });
    }
    return "yes";
  },
});
`;

const PROJECT = {
  "agents/first.ts": failing("1", "apples"),
  "agents/second.ts": failing("2", "bananas"),
  "agents/looks-first.ts": ordered("3", ["look", "act"]),
  "agents/acts-first.ts": ordered("4", ["act", "look"]),
  "evals/fruit/suite.ts": `
import { check, suite } from "aegis";
export default suite("fruit", {
  agent: "first",
  checks: [check.answerContains("yes")],
  cases: ${JSON.stringify(CASES)}.map((id) => ({ id, input: id })),
});
`,
};

describe("a baseline as a gate", () => {
  const { folder, remove } = makeProject(PROJECT);
  afterAll(remove);

  const run = (agent: string, trials: number, ...words: string[]) =>
    runCli(folder, ["eval", "run", "--agent", agent, "--trials", String(trials), ...words]);
  const baseline = async (agent: string, trials: number) => {
    expect(await run(agent, trials)).toMatchObject({ exitCode: 0 });
    expect(await runCli(folder, ["eval", "baseline", "set"])).toMatchObject({ exitCode: 0 });
  };

  test("a case that broke is not masked by one that was fixed: same pass rate, red, and both are named", async () => {
    await baseline("first", 3);
    const { exitCode, stdout } = await run("second", 3, "--fail-on", "regressed");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Unchanged on average: pass rate 0.83 -> 0.83");
    expect(stdout).toMatch(/Regressed \(1\)\n\s+bananas: passed 3 of 3, now 0 of 3/);
    expect(stdout).toMatch(/Improved \(1\)\n\s+apples: passed 0 of 3, now 3 of 3/);
    const { comparison, gate } = await runJson(folder, ["eval", "compare", "main", "latest", "--fail-on", "regressed"]);
    expect(gate).toMatchObject({ exitCode: 1, reasons: [{ code: "regressed", caseIds: ["bananas"] }] });
    expect(comparison?.counts).toMatchObject({ regressed: 1, improved: 1, unchanged: 4 });
    expect(comparison?.suite.verdict).toBe("no difference shown");
  });

  test("the same agent again is green", async () => {
    await baseline("first", 3);
    const { exitCode, stdout } = await run("first", 3, "--fail-on", "regressed,behaviour");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("every case passed as often as before");
  });

  test("the same pass rate with another order of tools: red on behaviour, green on results", async () => {
    await baseline("looks-first", 5);
    const behaviour = await run("acts-first", 5, "--fail-on", "behaviour");
    expect(behaviour.exitCode).toBe(1);
    expect(behaviour.stdout).toMatch(/act (?:is )?now called before look in 5 of 5 trials/);
    expect(await runCli(folder, ["eval", "compare", "main", "latest", "--fail-on", "regressed"])).toMatchObject({
      exitCode: 0,
    });
    const { comparison, gate } = await runJson(folder, ["eval", "compare", "main", "latest", "--fail-on", "behaviour"]);
    expect(comparison?.counts).toMatchObject({ "behaviour changed": CASES.length, regressed: 0 });
    expect(gate.reasons.map(({ code }) => code)).toContain("behaviour-changed");
  });
});
