import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import type { EvalRun, TrialOutcome } from "../domain/index.ts";
import { type LoadedSuite, suiteHashes } from "../eval/index.ts";
import { openSqliteStore } from "../store/adapters/sqlite/open-sqlite-store.ts";
import { sampleEvalRun, sampleTrial } from "../testing/sample-records.ts";
import { findSuite } from "./find-suites.ts";
import { loadConfig } from "./config.ts";
import { makeProject } from "./project.test-kit.ts";
import { findInterrupted } from "./resume-run.ts";

const suiteText = (cases: string, checks = "[permissions]") =>
  `name: shop\nagent: shop\ntrials: 2\nchecks: ${checks}\ncases:\n${cases}`;
const TWO = "  - { id: a, input: hi }\n  - { id: b, input: hi, tags: [odd] }\n";

async function loadSuite(text: string): Promise<LoadedSuite> {
  const folder = makeProject({ "agents/shop.mjs": "", "evals/suite.yaml": text });
  return findSuite(await loadConfig(folder), undefined);
}

/** A store with one run of this suite. */
async function open(more: (suite: LoadedSuite) => Partial<EvalRun> = () => ({})) {
  const store = await openSqliteStore({ path: ":memory:" });
  onTestFinished(() => store[Symbol.asyncDispose]());
  const suite = await loadSuite(suiteText(TWO));
  const cases = suite.cases.map(({ id, kind, tags, passRate }) => ({ id, kind, tags, passRate, trials: 2, hash: "h" }));
  const begun = {
    suite: "shop",
    status: "interrupted" as const,
    owner: null,
    cases,
    hashes: suiteHashes(suite, []),
    attributes: {},
  };
  const run = sampleEvalRun({ ...begun, ...more(suite) });
  await store.createEvalRun(run);
  const save = async (caseId: string, attemptIndex: number, outcome: TrialOutcome) => {
    const trial = sampleTrial(run.id, { caseId, attemptIndex, outcome });
    await store.saveTrial(trial);
    return trial;
  };
  return { store, suite, run, save };
}

const passed: TrialOutcome = { kind: "scored", isPass: true, score: 1 };
const voided: TrialOutcome = { kind: "void", reason: "provider", message: "down" };

test("scored trials are kept, void ones are given up and tried again", async () => {
  const { store, suite, run, save } = await open();
  const kept = [await save("a", 0, passed), await save("b", 0, { kind: "scored", isPass: false, score: 0 })];
  await save("a", 1, voided);
  const found = await findInterrupted({ store, suite, wanted: true });
  expect(found.run.id).toBe(run.id);
  expect(found.trials.map(({ id }) => id).sort()).toEqual(kept.map(({ id }) => id).sort());
  expect(found.suite.cases.map(({ id, trials }) => [id, trials])).toEqual([
    ["a", 2],
    ["b", 2],
  ]);
  expect((await store.listTrials(run.id)).length).toBe(2);
});

test("the newest unfinished run of this suite is meant, or the one that is named", async () => {
  const { store, suite, run } = await open();
  const { startedAtMs } = run;
  const same = { suite: "shop", cases: run.cases, hashes: run.hashes, owner: null, attributes: {} };
  const newer = sampleEvalRun({ ...same, status: "interrupted", startedAtMs: startedAtMs + 1 });
  await store.createEvalRun(newer);
  await store.createEvalRun(sampleEvalRun({ ...same, status: "finished", startedAtMs: startedAtMs + 2 }));
  await store.createEvalRun(
    sampleEvalRun({ ...same, status: "running", origin: "import", startedAtMs: startedAtMs + 3 }),
  );
  await store.createEvalRun(
    sampleEvalRun({ ...same, suite: "other", status: "interrupted", startedAtMs: startedAtMs + 4 }),
  );
  expect((await findInterrupted({ store, suite, wanted: true })).run.id).toBe(newer.id);
  expect((await findInterrupted({ store, suite, wanted: run.name })).run.id).toBe(run.id);
  expect((await findInterrupted({ store, suite, wanted: run.id })).run.id).toBe(run.id);
  await expect(findInterrupted({ store, suite, wanted: "nobody" })).rejects.toMatchObject({
    code: "eval.nothing_to_resume",
  });
});

test("a run whose process lives is refused, and taken over once it is dead", async () => {
  const owner = spawn("sleep", ["600"]);
  onTestFinished(() => void owner.kill("SIGKILL"));
  await once(owner, "spawn");
  const { store, suite, run, save } = await open(() => ({
    status: "running",
    owner: { pid: owner.pid ?? 0, startedAtMs: Date.now() },
  }));
  await save("a", 0, voided);
  await expect(findInterrupted({ store, suite, wanted: true })).rejects.toMatchObject({
    code: "eval.still_running",
    details: { processId: owner.pid },
  });
  expect((await store.listTrials(run.id)).length).toBe(1);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  expect((await findInterrupted({ store, suite, wanted: true })).run.id).toBe(run.id);
});

test("somebody else's process counts as alive; this one's own, or a later one of the same number, does not", async () => {
  const init = await open(() => ({ status: "running", owner: { pid: 1, startedAtMs: Date.now() } }));
  await expect(findInterrupted({ ...init, wanted: true })).rejects.toMatchObject({ code: "eval.still_running" });
  const reused = await open(() => ({ status: "running", owner: { pid: 1, startedAtMs: 1 } }));
  expect((await findInterrupted({ ...reused, wanted: true })).run.id).toBe(reused.run.id);
  const own = await open(() => ({ status: "running", owner: { pid: process.pid, startedAtMs: 1 } }));
  expect((await findInterrupted({ ...own, wanted: true })).run.id).toBe(own.run.id);
});

test.each([
  { why: "another input", text: suiteText(TWO.replace("input: hi }", "input: bye }")) },
  { why: "another check", text: suiteText(TWO, "[escalates]") },
  { why: "a case less", text: suiteText(TWO.split("\n")[0] ?? "") },
  { why: "a case more", text: suiteText(`${TWO}  - { id: c, input: hi }\n`) },
  { why: "a case with another name", text: suiteText(TWO.replace("id: a", "id: z")) },
])("a suite with $why is not gone on with", async ({ text }) => {
  const { store, run, save } = await open();
  await save("a", 0, voided);
  const resuming = findInterrupted({ store, suite: await loadSuite(text), wanted: true });
  await expect(resuming).rejects.toMatchObject({ code: "eval.changed_since" });
  expect((await store.listTrials(run.id)).length).toBe(1);
});

test("a run of some cases goes on with those, and with the trials it began with", async () => {
  const { store, suite } = await open((whole) => {
    const cases = whole.cases.filter(({ id }) => id === "b");
    const asked = cases.map(({ id, kind, tags, passRate }) => ({ id, kind, tags, passRate, trials: 7, hash: "h" }));
    return { cases: asked, hashes: suiteHashes({ ...whole, cases }, []), attributes: { tags: ["odd"] } };
  });
  const found = await findInterrupted({ store, suite, wanted: true });
  expect(found.suite.cases.map(({ id, trials }) => [id, trials])).toEqual([["b", 7]]);
});
