import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type EvalRequest, openApp, runEval } from "../src/app/index.ts";
import type { Session } from "../src/domain/index.ts";
import { runCli, startCli, testProject } from "./cli-kit.ts";
import { EvalCluster, PATIENCE } from "./eval-workers-kit.ts";
import { outlines } from "./trial-outlines.ts";

let cluster: EvalCluster;
beforeAll(async () => void (cluster = await EvalCluster.start()));
afterAll(() => cluster[Symbol.asyncDispose]());

const withCode = (code: string) => expect.objectContaining({ code });

async function evaluate(request: EvalRequest, env: Readonly<Record<string, string>>) {
  await using app = await openApp({ cwd: cluster.folder, env });
  const { run, trials, stoppedBy } = await runEval(app, { seed: 7, ...request });
  return { run, stoppedBy, trials: await outlines(await app.store(), trials) };
}

/** On this machine, with a store of its own. */
function here(request: EvalRequest) {
  return evaluate(request, { AEGIS_STORE: join(cluster.folder, ".aegis", "store.db") });
}

function onWorkers(request: EvalRequest) {
  return evaluate({ ...request, workers: "restate" }, cluster.env);
}

test.each([
  { how: "an AI SDK agent", request: { suite: "any-language", agent: "ai-sdk", trials: 1 }, passed: 6 },
  { how: "an agent at a URL", request: { suite: "any-language", agent: "http", trials: 1 }, passed: 6 },
  { how: "a command", request: { suite: "any-language", agent: "python", trials: 1 }, passed: 6 },
  {
    how: "functions that answer, fail and end their process",
    request: { suite: "small", isolation: "process" as const },
    passed: 1,
  },
  { how: "a function that hangs", request: { suite: "hanging", concurrency: 3 }, passed: 0 },
])("the same trials on workers as on this machine: $how", async ({ request, passed }) => {
  const [local, there] = [await here(request), await onWorkers(request)];
  expect(there.trials).toEqual(local.trials);
  expect(there.trials.filter(({ outcome }) => outcome.kind === "scored" && outcome.isPass).length).toBe(passed);
  expect(there.run.attributes["workers"]).toBeGreaterThan(1);
  expect(await cluster.isCleared()).toBe(true);
});

test("the command line says how many workers there are; `none` is never what a worker gives", async () => {
  const words = ["eval", "run", "--suite", "small", "--case", "row-1", "--workers", "restate"];
  const { stdout, stderr, exitCode } = await runCli(cluster.folder, words, cluster.env);
  expect({ stderr, exitCode }).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("on 3 workers, isolation process"),
  });
  expect(stdout).toContain("process, on 1 worker");
});

test("a cancelled eval ends what its workers are at, and leaves nothing behind", async () => {
  const cancel = new AbortController();
  const running = onWorkers({ suite: "stuck", concurrency: 6, signal: cancel.signal });
  await vi.waitFor(() => expect(cluster.begun("stuck").length).toBe(6), PATIENCE);
  cancel.abort();
  expect(await running).toMatchObject({ stoppedBy: "cancel", trials: [] });
  await vi.waitFor(() => expect(cluster.begun("stuck").filter(isAlive)).toEqual([]), PATIENCE);
  expect(await cluster.isCleared()).toBe(true);
});

test("trials of an eval that was killed are cleared by the next one, which goes on with it", async () => {
  const words = ["eval", "run", "--suite", "slow", "--workers", "restate", "--concurrency", "3"];
  const killed = startCli(cluster.folder, words, cluster.env);
  const stored = () =>
    cluster.withStore(async (store) => {
      const [run] = await store.listEvalRuns({ suite: "slow", limit: 1 });
      return run ? await store.listTrials(run.id) : [];
    });
  await vi.waitFor(async () => expect((await stored()).length).toBeGreaterThan(0), PATIENCE);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  const kept = await stored();
  const { trials, stoppedBy } = await onWorkers({ suite: "slow", resume: true });
  expect(stoppedBy).toBeNull();
  expect(trials.map(({ trial, outcome }) => [trial, outcome.kind])).toEqual(
    Array.from({ length: 9 }, (_, index) => [`row-${index + 1} #0`, "scored"]),
  );
  expect((await stored()).map(({ id }) => id)).toEqual(expect.arrayContaining(kept.map(({ id }) => id)));
  expect(await cluster.isCleared()).toBe(true);
});

test("workers run the files of their own project alone, and only as they are there", async () => {
  const outside = testProject({ "agent.mjs": "export default 1;" });
  const stray = onWorkers({ suite: "any-language", agent: join(outside, "agent.mjs"), trials: 1 });
  await expect(stray).rejects.toMatchObject({ code: "eval.not_taken", message: expect.stringContaining("outside of") });
  const config = readFileSync(join(cluster.folder, "aegis.config.mjs"), "utf8");
  const small = readFileSync(join(cluster.folder, "small", "small.suite.mjs"), "utf8");
  const changed = testProject({ "aegis.config.mjs": config, "small/small.suite.mjs": `${small}// changed` });
  const { exitCode, stderr } = await runCli(changed, ["eval", "run", "--workers", "restate"], cluster.env);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 78, stderr: expect.stringContaining("another version of") });
});

test("callers of a worker's server cannot order trials", async () => {
  const [{ url } = expect.fail("no worker")] = cluster.workers;
  const post = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json" };
    return fetch(`${url}/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  };
  expect((await post("/sessions", { agent: "aegis.trial" })).status).toBe(404);
  const sessionId = await cluster.withStore(async (store) => {
    const [taker] = (await store.listWorkers()).flatMap(({ offers }) =>
      offers.filter((each) => each.agent === "aegis.trial"),
    );
    const { agent, version } = taker ?? expect.fail("no worker takes trials");
    await store.setRoutes(agent, [{ agent, version, weight: 100, updatedAtMs: 1 }]);
    const session = { id: "made-up" as Session["id"], agent, ownerId: "local", state: {}, metadata: {} };
    await store.createSession({ ...session, createdAtMs: 1, closedAtMs: null });
    return session.id;
  });
  const answer = await post(`/sessions/${sessionId}/runs`, { message: "go", data: { job: {} } });
  expect([answer.status, await answer.json()]).toEqual([404, withCode("agent.not_found")]);
  await cluster.withStore((store) => store.removeSession(sessionId));
});

test("without what workers need, or without workers, nothing is begun", async () => {
  await expect(evaluate({ suite: "small", workers: "restate" }, {})).rejects.toMatchObject({
    code: "config.bad_file",
    message: expect.stringMatching(/`store: postgres:.*`serve.restate`.*missing here: store$/),
  });
  const empty = { AEGIS_STORE: await cluster.postgres.createDatabase("empty") };
  await expect(evaluate({ suite: "small", workers: "restate" }, empty)).rejects.toEqual(withCode("eval.no_workers"));
});

test("with a worker killed in the middle every trial is there once, as if nothing had happened", async ({
  annotate,
}) => {
  const request = { suite: "production-v2", trials: 1 };
  const local = await here(request);
  const before = await cluster.runsAccepted();
  let doneCount = 0;
  let isKilled = false;
  const there = await onWorkers({
    ...request,
    concurrency: 9,
    onTrial() {
      doneCount += 1;
      if (doneCount >= 4 && !isKilled) isKilled = cluster.killBusyWorker();
    },
  });
  expect(there.trials).toEqual(local.trials);
  const lost = (await cluster.runsAccepted()) - before - there.trials.length;
  expect(there.trials.every(({ outcome }) => outcome.kind === "scored")).toBe(true);
  await annotate(`${lost} of ${there.trials.length} trials were lost with the worker and made again`);
  expect(lost).toBeGreaterThan(0);
  expect(await cluster.isCleared()).toBe(true);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
