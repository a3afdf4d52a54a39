import { expect, onTestFinished, test } from "vitest";
import type { Trial } from "../domain/index.ts";
import { openApp } from "./open-app.ts";
import { makeProject } from "./project.test-kit.ts";
import { type EvalRequest, planEval, runEval } from "./run-eval.ts";

/** Asks the suite's model once: each trial costs one dollar. A message with "fail" in it is answered wrongly. */
const ASKER = `
import { defineAgent } from "aegis";
const run = async ({ message, context }) => {
  const body = JSON.stringify({ messages: [{ role: "user", content: message }] });
  const response = await fetch(context.env.AEGIS_MODEL_URL + "/chat/completions", { method: "POST", body });
  return message.includes("fail") ? "no" : (await response.json()).choices[0].message.content;
};
export default defineAgent({ name: "asker", version: "3", run });
`;
const SCRIPT =
  "id: priced\nusage: { inputTokens: 1000000, outputTokens: 0 }\nrules: []\nfallback: { say: yes indeed }\n";
const PRICES = '{ "scripted/priced": { inputMicroUsd: 1000000, outputMicroUsd: 0 } }';
const caseLine = (id: string, input = "hi", more = "") =>
  `  - { id: ${id}, input: ${input}, ${more}checks: [{ answerContains: "yes indeed" }] }\n`;
const SUITE = `name: priced
agent: asker
isolation: none
trials: 2
model: { script: ../script.yaml }
cases:
${caseLine("a")}${caseLine("b", "will fail", "tags: [odd], ")}${caseLine("c")}`;

async function open(files: Readonly<Record<string, string>> = {}) {
  const folder = makeProject({
    "aegis.config.mjs": `export default { prices: ${PRICES} };`,
    "agents/asker.mjs": ASKER,
    "evals/priced/suite.yaml": SUITE,
    "evals/script.yaml": SCRIPT,
    ...files,
  });
  const app = await openApp({ cwd: folder, env: {}, storePath: ":memory:" });
  onTestFinished(() => app[Symbol.asyncDispose]());
  const run = (request: EvalRequest = {}) => runEval(app, { concurrency: 1, ...request });
  return { app, folder, run };
}

const keys = (trials: readonly Trial[]) => trials.map(({ caseId, attemptIndex }) => `${caseId}${attemptIndex}`).sort();

test("a run is stored whole: trials, logs, costs, models, agent and what was asked", async () => {
  const { app, run } = await open();
  const { run: ended, trials, stoppedBy } = await run({ seed: 5, runName: "first" });
  expect(stoppedBy).toBeNull();
  expect(keys(trials)).toEqual(["a0", "a1", "b0", "b1", "c0", "c1"]);
  expect(trials.map(({ outcome }) => outcome.kind === "scored" && outcome.isPass).filter(Boolean).length).toBe(4);
  expect(trials.every(({ metrics }) => metrics.costMicroUsd === 1_000_000 && metrics.modelCallCount === 1)).toBe(true);
  expect(ended).toMatchObject({
    name: "first",
    status: "finished",
    owner: null,
    seed: 5,
    isolation: "none",
    agent: { name: "asker", version: "3" },
    models: ["scripted/priced"],
  });
  const store = await app.store();
  expect(await store.findEvalRun("first")).toEqual(ended);
  expect(keys(await store.listTrials(ended.id))).toEqual(keys(trials));
  for (const trial of trials) {
    const types = (await store.read(trial.runId)).map(({ type }) => type);
    expect(types).toEqual([
      "run.started",
      "message.received",
      "model.called",
      "model.returned",
      "message.sent",
      "run.ended",
    ]);
  }
});

test.each([
  { budgetUsd: 2.5, concurrency: 1, atLeast: 3, atMost: 3 },
  { budgetUsd: 1, concurrency: 1, atLeast: 1, atMost: 1 },
  { budgetUsd: 2, concurrency: 3, atLeast: 2, atMost: 5 },
])(
  "a budget of $budgetUsd dollars stops a run after $atLeast to $atMost trials",
  async ({ budgetUsd, concurrency, atLeast, atMost }) => {
    const { app, run } = await open();
    const { run: ended, trials, stoppedBy } = await run({ budgetUsd, concurrency });
    expect(stoppedBy).toBe("budget");
    expect(trials.length).toBeGreaterThanOrEqual(atLeast);
    expect(trials.length).toBeLessThanOrEqual(atMost);
    expect(ended).toMatchObject({ status: "interrupted", owner: null });
    const resumed = await run({ resume: true });
    expect(resumed).toMatchObject({ stoppedBy: null, run: { id: ended.id, status: "finished" } });
    expect(keys(resumed.trials)).toEqual(["a0", "a1", "b0", "b1", "c0", "c1"]);
    expect((await (await app.store()).listTrials(ended.id)).length).toBe(6);
  },
);

test.each([
  { why: "that is enough", budgetUsd: 100 },
  { why: "of a run whose model has no price", budgetUsd: 0.000001, config: "export default {};" },
])("a budget $why stops nothing", async ({ budgetUsd, config }) => {
  const { run } = await open(config === undefined ? {} : { "aegis.config.mjs": config });
  const { trials, stoppedBy } = await run({ budgetUsd });
  expect([trials.length, stoppedBy]).toEqual([6, null]);
});

test("filters, trials and agent of the request win over the suite's", async () => {
  const other = ASKER.replace('"asker"', '"other"').replace("yes indeed", "");
  const { app, run } = await open({ "agents/other.mjs": other });
  const { suite, isolation } = await planEval(app, { tags: ["odd"], trials: 4, isolation: "process" });
  expect([suite.cases.map(({ id, trials }) => [id, trials]), isolation]).toEqual([[["b", 4]], "process"]);
  const { run: ended, trials } = await run({ cases: ["[ac]"], trials: 1, agent: "other" });
  expect(keys(trials)).toEqual(["a0", "c0"]);
  expect(ended).toMatchObject({ agent: { name: "other" }, attributes: { cases: ["[ac]"], agent: "other" } });
});

test("what failed in the last finished run is run again; without one there is nothing to take", async () => {
  const { run } = await open();
  await expect(run({ failing: true })).rejects.toMatchObject({ code: "eval.unknown_run" });
  await run();
  expect(keys((await run({ failing: true, trials: 1 })).trials)).toEqual(["b0"]);
});

test("a cancelled run keeps what was done, and goes on where it stopped", async () => {
  const { run } = await open();
  const controller = new AbortController();
  const seen: string[] = [];
  const onTrial = (trial: Trial) => {
    seen.push(trial.id);
    if (seen.length === 2) controller.abort();
  };
  const stopped = await run({ signal: controller.signal, onTrial });
  expect(stopped).toMatchObject({ stoppedBy: "cancel", run: { status: "interrupted" } });
  expect(stopped.trials.length).toBeGreaterThanOrEqual(2);
  expect(stopped.trials.length).toBeLessThan(6);
  const resumed = await run({ resume: stopped.run.name });
  expect(keys(resumed.trials)).toEqual(["a0", "a1", "b0", "b1", "c0", "c1"]);
  expect(resumed.trials.map(({ id }) => id)).toEqual(expect.arrayContaining(seen));
});

test.each([
  { why: "an unknown suite", request: { suite: "nothing" }, code: "suite.not_found" },
  { why: "no case left", request: { cases: ["nothing"] }, code: "suite.no_cases" },
  { why: "an unknown agent", request: { agent: "nobody" }, code: "agent.not_found" },
  { why: "nothing to resume", request: { resume: true }, code: "eval.nothing_to_resume" },
])("$why: $code, and nothing is stored", async ({ request, code }) => {
  const { app, run } = await open();
  await expect(run(request)).rejects.toMatchObject({ code });
  expect(await (await app.store()).listEvalRuns({ limit: 5 })).toEqual([]);
});

test("a name is taken once", async () => {
  const { run } = await open();
  await run({ runName: "mine", cases: ["a"], trials: 1 });
  await expect(run({ runName: "mine" })).rejects.toMatchObject({ code: "eval.duplicate_run" });
});
