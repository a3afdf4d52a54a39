import { afterEach, beforeEach, expect, test } from "vitest";
import { AegisError, fixedClock, idMaker, LIMITS, seededRandom } from "../kernel/index.ts";
import type { EffectError, EvalCase, NewEvent, Trial } from "../domain/index.ts";
import { openSqliteStore } from "../store/adapters/sqlite/open-sqlite-store.ts";
import type { Store } from "../store/index.ts";
import type { LoadedSuite } from "./loaded-suite.ts";
import { runSuite, type SuiteRunOptions, type SuiteRunResult } from "./run-suite.ts";
import type { PerformTrial, TrialJob, TrialPerformance } from "./trial-job.ts";

const clock = fixedClock(1_000);
const makeId = idMaker(clock, seededRandom(1));
let store: Store;
beforeEach(async () => {
  store = await openSqliteStore({ path: ":memory:" });
});
afterEach(async () => store[Symbol.asyncDispose]());

type Act = (
  job: TrialJob,
  onEvent: (event: NewEvent) => void,
  signal: AbortSignal,
) => Partial<TrialPerformance> | Promise<Partial<TrialPerformance>>;

const QUIET: TrialPerformance = {
  reason: "exited",
  exitCode: 0,
  stdout: null,
  stderr: null,
  strayProcessCount: 0,
  state: null,
  durationMs: 5,
};
const common = { atMs: 1, witness: "runtime" as const };
const ended = (outcome: NewEvent<"run.ended">["outcome"], error?: { name: string; message: string }): NewEvent => ({
  ...common,
  type: "run.ended",
  outcome,
  durationMs: 1,
  ...(error && { error }),
});

const modelFailed = (error: EffectError): NewEvent => ({
  ...common,
  type: "model.returned",
  effect: 0,
  durationMs: 1,
  costMicroUsd: null,
  error,
});

/** An agent that answers, and is charged for it. */
const answer: Act = (_job, onEvent) => {
  onEvent({ ...common, type: "run.started", schemaVersion: 1, agent: { name: "a", version: "7" }, origin: "trial" });
  onEvent({
    ...common,
    type: "model.called",
    effect: 0,
    attempt: 1,
    provider: "p",
    model: "m-1",
    keptCount: 0,
    added: [],
    toolNames: [],
  });
  onEvent({ ...common, type: "model.returned", effect: 0, durationMs: 1, costMicroUsd: 100 });
  onEvent({ ...common, type: "message.sent", content: "ok" });
  onEvent(ended("answered"));
  return {};
};

function evalCase(id: string, more: Partial<EvalCase> = {}): EvalCase {
  const world = { state: {}, env: {}, approvals: [] };
  return {
    id,
    kind: "regression",
    tags: [],
    input: [{ user: "hi" }],
    user: null,
    world,
    metadata: {},
    checks: [],
    passRate: 1,
    ...more,
  };
}

function suiteOf(more: Partial<LoadedSuite> = {}): LoadedSuite {
  return {
    name: "s",
    file: "/project/evals/s.ts",
    target: { kind: "file", file: "/project/agents/a.ts", name: "a" },
    trials: 2,
    isolation: "process",
    cases: ["x", "y", "z"].map((id) => evalCase(id)),
    checks: [],
    scorers: [],
    scoreMin: 0.5,
    timeoutMs: 1_000,
    passEnv: [],
    faults: [],
    ...more,
  };
}

async function run(act: Act, suite = suiteOf(), options: Partial<SuiteRunOptions> = {}): Promise<SuiteRunResult> {
  const perform: PerformTrial = async ({ job, onEvent, signal }) => ({
    ...QUIET,
    ...(await act(job, onEvent, signal)),
  });
  const makeJudge = async () => {
    throw new AegisError("check.bad_spec", "no judge here");
  };
  return runSuite(
    suite,
    {
      name: "r",
      isolation: "process",
      concurrency: 2,
      seed: 3,
      signal: new AbortController().signal,
      attributes: {},
      ...options,
    },
    { store, clock, makeId, perform, makeJudge, processId: 1, prices: {} },
  );
}

const outcomes = (trials: readonly Trial[]) =>
  Object.fromEntries(
    trials.map(({ caseId, attemptIndex, outcome }) => [
      `${caseId}#${attemptIndex}`,
      outcome.kind === "void" ? outcome.reason : outcome.isPass,
    ]),
  );

test("every case is tried as often as asked, each trial with its own seed, and stored with its log", async () => {
  const seeds: number[] = [];
  const result = await run(
    (job, ...rest) => {
      seeds.push(job.seed);
      return answer(job, ...rest);
    },
    suiteOf({ cases: [evalCase("x", { trials: 3 }), evalCase("y")] }),
  );
  expect(outcomes(result.trials)).toEqual({ "x#0": true, "x#1": true, "x#2": true, "y#0": true, "y#1": true });
  expect(new Set(seeds).size).toBe(5);
  expect(result.run).toMatchObject({
    status: "finished",
    owner: null,
    agent: { name: "a", version: "7" },
    models: ["m-1"],
  });
  const stored = await store.listTrials(result.run.id);
  expect(stored).toHaveLength(5);
  for (const trial of stored)
    expect((await store.read(trial.runId)).map((event) => event.type)).toContain("message.sent");
});

test("the job holds nothing that would tell the answer", async () => {
  const jobs: string[] = [];
  const secret = "the-expected-answer";
  const cases = [evalCase("x", { expected: secret, metadata: { hint: secret }, checks: [{ answerContains: secret }] })];
  await run((job, ...rest) => {
    jobs.push(JSON.stringify(job));
    return answer(job, ...rest);
  }, suiteOf({ cases }));
  expect(jobs.join()).not.toContain(secret);
});

test.each<{ what: string; act: Act; outcome: unknown; says?: RegExp }>([
  {
    what: "an agent that throws",
    act: (_job, on) => (on(ended("failed", { name: "Error", message: "boom" })), {}),
    outcome: false,
    says: /threw an error: boom/,
  },
  {
    what: "an agent that exits",
    act: () => ({ exitCode: 0 }),
    outcome: false,
    says: /ended its own process: .*exit code 0 before/,
  },
  {
    what: "an agent that takes too long",
    act: () => ({ reason: "timeout" }),
    outcome: false,
    says: /did not answer within its time/,
  },
  {
    what: "a provider that failed",
    act: (_job, on) => {
      on({
        ...common,
        type: "model.called",
        effect: 0,
        attempt: 1,
        provider: "p",
        model: "m",
        keptCount: 0,
        added: [],
        toolNames: [],
      });
      on(modelFailed({ name: "APICallError", message: "overloaded", status: 529 }));
      on(ended("failed", { name: "Error", message: "overloaded" }));
      return {};
    },
    outcome: "provider",
  },
  {
    what: "a provider that was never reached",
    act: (_job, on) => {
      on(modelFailed({ name: "TypeError", message: "fetch failed" }));
      on(ended("failed", { name: "Error", message: "fetch failed" }));
      return {};
    },
    outcome: "provider",
  },
  {
    what: "an agent that asks its model wrongly",
    act: (_job, on) => {
      on(modelFailed({ name: "APICallError", message: "too long", status: 400 }));
      on(ended("failed", { name: "Error", message: "too long" }));
      return {};
    },
    outcome: false,
  },
  {
    what: "a provider that failed, and an agent that answered all the same",
    act: (job, on, signal) => {
      on(modelFailed({ name: "APICallError", message: "overloaded", status: 529 }));
      return answer(job, on, signal);
    },
    outcome: true,
  },
  {
    what: "an agent that does more than a log may hold, and says that it answered",
    act: (_job, on) => {
      for (let effect = 0; effect <= LIMITS.trialEventsMax; effect += 1)
        on({ ...common, type: "clock.read", effect, valueMs: 1 });
      on(ended("answered"));
      return {};
    },
    outcome: false,
    says: /over 20000 events/,
  },
  {
    what: "a sandbox that broke",
    act: () => {
      throw new AegisError("sandbox.spawn_failed", "no process");
    },
    outcome: "sandbox",
  },
])("$what", async ({ act, outcome, says }) => {
  const { trials } = await run(act, suiteOf({ cases: [evalCase("x")], trials: 1 }));
  expect(outcomes(trials)).toEqual({ "x#0": outcome });
  if (says) expect(trials[0]?.verdicts[0]?.explanation).toMatch(says);
});

test("a trial whose worker went away is made again in a fresh world; what the lost one told is dropped", async () => {
  const worlds: string[] = [];
  const world = async ({ caseId }: { caseId: string }) => {
    worlds.push(caseId);
    return {};
  };
  const tries = new Map<string, number>();
  const act: Act = async (job, on, signal) => {
    const count = (tries.get(job.caseId) ?? 0) + 1;
    tries.set(job.caseId, count);
    on(modelFailed({ name: "Error", message: "of a lost trial" }));
    if (job.caseId === "y" || count < 3) throw new AegisError("sandbox.lost", "its worker went away");
    return { ...(await answer(job, on, signal)), isolation: "vm" };
  };
  const { trials } = await run(act, suiteOf({ world, trials: 1, cases: [evalCase("x"), evalCase("y")] }));
  expect(outcomes(trials)).toEqual({ "x#0": true, "y#0": "sandbox" });
  expect(worlds.toSorted()).toEqual(["x", "x", "x", "y", "y", "y"]);
  const [trial = expect.fail("no trial")] = trials.filter(({ caseId }) => caseId === "x");
  const types = (await store.read(trial.runId)).map(({ type }) => type);
  expect(types.filter((type) => type === "model.returned").length).toBe(2);
  expect(trial).toMatchObject({ isolation: "vm", metrics: { modelCallCount: 1 } });
});

test("a world that does not open voids the trial and says why; one that does is asked for its state and closed", async () => {
  const closed: string[] = [];
  const world = async ({ caseId }: { caseId: string }) => {
    if (caseId === "x") throw new Error("port taken");
    const orders = { W1: "open" };
    return {
      env: { SHOP_URL: "http://shop" },
      state: () => ({ ...orders }),
      close: () => void closed.push(caseId),
      // The agent's doing, seen from outside.
      orders,
    };
  };
  const checks = [{ state: { path: "W1", equals: "open" } }];
  const { trials } = await run(answer, suiteOf({ world, checks, trials: 1, cases: [evalCase("x"), evalCase("y")] }));
  expect(outcomes(trials)).toEqual({ "x#0": "world", "y#0": true });
  expect(trials.find(({ caseId }) => caseId === "x")?.outcome).toMatchObject({
    message: expect.stringContaining("port taken"),
  });
  expect(closed).toEqual(["y"]);
});

test("a world that cannot tell its state at the end voids the trial, never the run", async () => {
  const world = ({ caseId }: { caseId: string }) => {
    let asked = 0;
    const state = () => {
      asked += 1;
      if (caseId === "x" && asked === 2) throw new Error("connection refused");
      return {};
    };
    return { state };
  };
  const { trials } = await run(answer, suiteOf({ world, trials: 1, cases: [evalCase("x"), evalCase("y")] }));
  expect(outcomes(trials)).toEqual({ "x#0": "world", "y#0": true });
});

test("the budget stops new trials, and a second call goes on", async () => {
  const first = await run(answer, suiteOf(), { budgetMicroUsd: 250, concurrency: 1 });
  expect(first).toMatchObject({ stoppedBy: "budget", run: { status: "interrupted" } });
  expect(first.trials).toHaveLength(3);
  const second = await run(answer, suiteOf(), { seed: 99, resume: { run: first.run, trials: first.trials } });
  expect(second).toMatchObject({ stoppedBy: null, run: { id: first.run.id, status: "finished", seed: 3 } });
  expect(second.trials).toHaveLength(6);
  expect(await store.listTrials(first.run.id)).toHaveLength(6);
});

test("a cancelled trial leaves no trace", async () => {
  const controller = new AbortController();
  const result = await run(
    (job, ...rest) => {
      if (job.caseId === "y") controller.abort();
      return answer(job, ...rest);
    },
    suiteOf({ trials: 1 }),
    { signal: controller.signal, concurrency: 1 },
  );
  expect(result).toMatchObject({ stoppedBy: "cancel", run: { status: "interrupted" } });
  expect(outcomes(await store.listTrials(result.run.id))).toEqual({ "x#0": true });
});

test("a scorer that crashes voids its own verdict, never the trial", async () => {
  const scorers = [
    function broken() {
      throw new Error("divide by zero");
    },
    function good() {
      return 1;
    },
  ];
  const { trials } = await run(answer, suiteOf({ scorers, trials: 1, cases: [evalCase("x")] }));
  expect(outcomes(trials)).toEqual({ "x#0": true });
  expect(trials[0]?.verdicts.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["agent finished", "pass"],
    ["broken", "void"],
    ["good", "pass"],
  ]);
});

test("the hashes follow what is asked, not how often", async () => {
  const hashes = async (suite: LoadedSuite, name: string) => (await run(answer, suite, { name })).run.hashes;
  const plain = await hashes(suiteOf(), "a");
  expect(await hashes(suiteOf({ trials: 1 }), "b")).toEqual(plain);
  const other = await hashes(
    suiteOf({ cases: [evalCase("x", { input: [{ user: "bye" }] }), evalCase("y"), evalCase("z")] }),
    "c",
  );
  expect(other.dataset).not.toBe(plain.dataset);
  expect(other.suite).toBe(plain.suite);
  expect((await hashes(suiteOf({ checks: [{ retriesAtMost: 1 }] }), "d")).suite).not.toBe(plain.suite);
});
