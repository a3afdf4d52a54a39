import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Trial } from "../src/domain/index.ts";
import { ROOT, runCli, testProject, withStore } from "./cli-kit.ts";

/** A shop whose refund tool writes down that it ran; the agent pays back ten times too much. */
const SHOP = {
  "agents/support.ts": `
import { appendFileSync } from "node:fs";
import { defineAgent, defineTool } from "aegis";
import { scripted } from "aegis/model";
import { ToolLoopAgent } from "ai";
import { z } from "zod";
const ran = (tool) => appendFileSync(process.env.RAN_FILE ?? "/dev/null", tool + "\\n");
const orders = defineTool({
  name: "orders_get", description: "d", input: z.object({ id: z.string() }),
  execute: async () => { ran("orders_get"); return { total: 40 }; },
});
const refund = defineTool({
  name: "refund_issue", description: "d", input: z.object({ id: z.string(), amount: z.number() }), risk: "irreversible",
  execute: async () => { ran("refund_issue"); return "paid"; },
});
export default defineAgent({
  name: "support",
  version: "1",
  agent: () => new ToolLoopAgent({
    model: scripted({ id: "m", rules: [
      { when: { notCalled: "orders_get" }, then: { call: { tool: "orders_get", arguments: { id: "W1" } } } },
      { when: { notCalled: "refund_issue" }, then: { call: { tool: "refund_issue", arguments: { id: "W1", amount: 400 } } } },
      { then: { say: "You get 400 back." } },
    ] }),
    tools: { orders_get: orders, refund_issue: refund },
  }),
});
`,
  "evals/support/suite.yaml": `name: support
agent: support
trials: 1
kind: regression
isolation: process
passEnv: [RAN_FILE]
checks:
  - never: { tool: refund_issue, arguments: { amount: { atLeast: 100 } } }
cases: [{ id: refund, input: "refund W1, please" }]
`,
};

function shop(changes: Readonly<Record<string, string>> = {}) {
  const folder = testProject({ ...SHOP, ...changes });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const ranFile = join(folder, "ran.txt");
  const aegis = (...words: string[]) => runCli(folder, words, { RAN_FILE: ranFile });
  const ran = () => (existsSync(ranFile) ? readFileSync(ranFile, "utf8").trim().split("\n") : []);
  return { folder, aegis, ran };
}

async function failedTrial(folder: string): Promise<Trial> {
  return withStore(folder, async (store) => {
    const [run] = await store.listEvalRuns({ limit: 1 });
    const [trial] = run ? await store.listTrials(run.id) : [];
    if (!trial) throw new Error("there is no trial");
    return trial;
  });
}

const ALL = ["orders_get", "refund_issue"];

test("a failed run of an agent of the project is a case of it, and its tools do not run again", async () => {
  const { folder, aegis, ran } = shop();
  expect((await aegis("eval", "run")).exitCode).toBe(1);
  expect(ran()).toEqual(ALL);
  const trial = await failedTrial(folder);
  const made = await aegis("case", "from-trace", trial.id, "--json");
  expect(made.exitCode).toBe(0);
  const { suite, cases } = JSON.parse(made.stdout) as MadeCases;
  expect(suite).toBe("evals/support-traces/suite.yaml");
  expect(cases).toMatchObject([{ isReproduced: true, failing: [expect.stringMatching(/^never\(refund_issue/)] }]);
  expect(cases[0]?.reproduction).toMatchObject({ isExact: true, missCount: 0, unusedCount: 0 });
  const again = await aegis("eval", "run", "--suite", "support-traces");
  expect(again.exitCode).toBe(1);
  expect(ran()).toEqual(ALL);
  const yamlFile = join(folder, cases[0]?.files[0] ?? "");
  const yaml = readFileSync(yamlFile, "utf8");
  writeFileSync(yamlFile, "a person's own");
  expect((await aegis("case", "from-trace", trial.id)).exitCode).toBe(65);
  writeFileSync(yamlFile, `${yaml}# looked through\n`);
  const refused = await aegis("case", "from-trace", trial.id);
  expect([refused.exitCode, readFileSync(yamlFile, "utf8")]).toEqual([73, `${yaml}# looked through\n`]);
  expect((await aegis("case", "from-trace", trial.id, "--force")).exitCode).toBe(0);
  expect(readFileSync(yamlFile, "utf8")).toBe(yaml);
});

interface MadeCases {
  readonly suite: string;
  readonly cases: readonly { readonly files: readonly string[]; readonly reproduction: unknown }[];
}

test("a mended agent passes the case of the failure, on recorded answers of the good run; another one is void", async () => {
  const { folder, aegis, ran } = shop();
  await aegis("eval", "run");
  const failed = await failedTrial(folder);
  const agentFile = join(folder, "agents/support.ts");
  const broken = readFileSync(agentFile, "utf8");
  const mended = broken.replace("amount: 400", "amount: 40").replace("get 400", "get 40");
  writeFileSync(agentFile, mended);
  expect((await aegis("eval", "run")).exitCode).toBe(0);
  const good = await failedTrial(folder);
  const made = await aegis("case", "from-trace", failed.id, "--good", good.id, "--suite", "support", "--json");
  expect(made.exitCode).toBe(66);
  expect(made.stderr).toContain("does not read");
  writeFileSync(
    join(folder, "evals/support/suite.yaml"),
    SHOP["evals/support/suite.yaml"].replace(/cases: .*/, "cases: ./cases/*.yaml"),
  );
  const told = await aegis(
    "case",
    "from-trace",
    failed.id,
    "--good",
    good.id,
    "--suite",
    "evals/support/suite.yaml",
    "--force",
  );
  expect(told.stdout).toContain("the failure comes again, call for call and check for check");
  expect(told.stdout).toContain("the good run passes the same case");
  expect(told.exitCode).toBe(0);
  const runsBefore = ran().length;
  const live = await aegis(
    "case",
    "from-trace",
    failed.id,
    "--good",
    good.id,
    "--suite",
    "support",
    "--force",
    "--live",
  );
  // The mended agent's own model, on what was recorded: the failure does not come.
  expect(live.stdout).toContain("the failure came in 0 of 1 trial with the live model");
  expect(live.exitCode).toBe(1);
  writeFileSync(agentFile, broken);
  const brokenAgain = await aegis("eval", "run", "--suite", "support");
  expect(brokenAgain.stdout).toContain('It called refund_issue with {"amount":400,"id":"W1"}');
  expect(brokenAgain.exitCode).toBe(1);
  writeFileSync(agentFile, mended.replace("amount: 40", "amount: 41"));
  const other = await aegis("eval", "run", "--suite", "support");
  expect(other.exitCode).toBe(2);
  const shown = await aegis("eval", "show", "--case", other.stdout.match(/task-refund-\S+/)?.[0] ?? "");
  expect(shown.stdout).toContain('the nearest recorded call is refund_issue {"amount":400,"id":"W1"} (amount differs)');
  expect(shown.stdout).toMatch(/replay: 1 calls? answered from \w+, 1 not recorded/);
  expect(ran()).toHaveLength(runsBefore);
});

const RECORDED = JSON.stringify(
  [400, 40].map((amount, trial) => ({
    task_id: 7,
    trial,
    reward: amount === 40 ? 1 : 0,
    info: { task: { instruction: "get 40 back", actions: [], outputs: [] }, reward_info: null },
    traj: [
      { role: "system", content: "Be exact." },
      { role: "user", content: "refund W1" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "1", function: { name: "refund_issue", arguments: JSON.stringify({ id: "W1", amount }) } }],
      },
      { role: "tool", tool_call_id: "1", name: "refund_issue", content: "paid" },
      { role: "assistant", content: "Done." },
      { role: "user", content: "###STOP###" },
    ],
  })),
);

test("recorded trials of somebody else's agent are cases too, those of an incident a minimal set of them", async () => {
  const folder = testProject({ "recorded.json": RECORDED });
  await runCli(folder, ["eval", "import", "recorded.json", "--format", "tau1", "--run", "foreign"]);
  const trials = await withStore(folder, async (store) => {
    const run = await store.findEvalRun("foreign");
    return run ? await store.listTrials(run.id) : [];
  });
  const [failed, good] = trials;
  if (!failed || !good) throw new Error("two trials were imported");
  const made = await runCli(folder, ["case", "from-trace", failed.id, "--good", good.runId]);
  expect(made.stderr).toBe("");
  expect(made.stdout).toContain("fails: onlyTheseWrites(refund_issue)");
  expect(made.stdout).toContain("the good run passes the same case");
  expect(made.exitCode).toBe(0);
  expect(readFileSync(join(folder, "evals/recorded/suite.yaml"), "utf8")).toContain("agent: { recorded: true }");
  const again = await runCli(folder, ["eval", "run", "--suite", "recorded"]);
  expect(again.exitCode).toBe(1);
  const live = await runCli(folder, ["case", "from-trace", failed.id, "--live", "--force"]);
  expect(live.stderr).toContain("no model of its own to ask");
  expect(live.exitCode).toBe(64);
  const incident = await runCli(folder, [
    "case",
    "from-incident",
    failed.id,
    failed.runId,
    "--incident",
    "INC-7",
    "--force",
    "--json",
  ]);
  expect((JSON.parse(incident.stdout) as { cases: unknown[] }).cases).toHaveLength(2);
  const nobody = await runCli(folder, ["case", "from-trace", "01NOBODY"]);
  expect([nobody.exitCode, nobody.stderr.includes("run.not_found")]).toEqual([66, true]);
});
