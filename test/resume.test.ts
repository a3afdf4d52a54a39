import type { ChildProcess } from "node:child_process";
import { expect, test } from "vitest";
import { openApp } from "../src/app/index.ts";
import { seededRandom } from "../src/kernel/index.ts";
import { eventually, makeProject, processesMentioning, runCli, startCli } from "./cli-kit.ts";

const CASES = 20;
const TRIALS = 3;
const WHOLE = CASES * TRIALS;
const KILLS = 20;

const SUITE = `
import { suite } from "aegis";
export default suite("long", {
  trials: ${TRIALS},
  data: Array.from({ length: ${CASES} }, (_, index) => ({ input: "case " + index, expected: "case " + index })),
  task: async (input) => { await new Promise((done) => setTimeout(done, 60)); return input; },
  scorers: [function equality({ output, expected }) { return output === expected; }],
});
`;

// Each start is killed a random while after it said what it will run, so that a slow machine is hit in mid-suite too.
// When a run completes in between, the next one begins: all of them are held to the same.
test("kill -9 in mid-suite, 20 times: --resume keeps every finished trial and counts none twice", async () => {
  const { folder, remove } = makeProject({ "evals/long/suite.ts": SUITE });
  const random = seededRandom(20);
  let before: string[] = [];
  let midSuiteKills = 0;
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const isOpen = before.length % WHOLE > 0;
      const child = startCli(folder, ["eval", "run", "--suite", "long", ...(isOpen ? ["--resume"] : [])]);
      const exited = new Promise((done) => child.once("exit", done));
      await Promise.race([started(child), exited]);
      await new Promise((done) => setTimeout(done, random() * 900));
      child.kill("SIGKILL");
      await exited;
      const now = await finishedTrials(folder);
      expect(now, "a finished trial was lost").toEqual(expect.arrayContaining(before));
      if (now.length % WHOLE > 0) midSuiteKills += 1;
      before = now;
    }
    expect(midSuiteKills, "kills that hit a run with some trials done and some not").toBeGreaterThan(KILLS / 2);
    if (before.length % WHOLE > 0) {
      const end = await runCli(folder, ["eval", "run", "--suite", "long", "--resume", "--json"]);
      expect(end).toMatchObject({ exitCode: 0, stderr: "" });
    }
    const all = await finishedTrials(folder);
    expect(all).toEqual(expect.arrayContaining(before));
    expect(all.length % WHOLE).toBe(0);
    const { summary } = JSON.parse((await runCli(folder, ["eval", "show", "--json"])).stdout);
    expect(summary.suite.trials).toMatchObject({ asked: WHOLE, scored: WHOLE, missing: 0, void: 0 });
    await eventually(() => processesMentioning(folder).length === 0);
  } finally {
    remove();
  }
}, 180_000);

/** Resolves when the child has said which suite it runs. */
function started(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes(" trials,")) done();
    });
  });
}

/** `trial id` of every trial that is stored whole: with its log. */
async function finishedTrials(folder: string): Promise<string[]> {
  return withStore(folder, async (store) => {
    const runs = await store.listEvalRuns({ limit: 100 });
    const trials = (await Promise.all(runs.map((run) => store.listTrials(run.id)))).flat();
    const keys = trials.map((trial) => `${trial.evalRunId} ${trial.caseId}#${trial.attemptIndex}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const trial of trials) {
      const events = await store.read(trial.runId);
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index));
      expect(events.at(-1)?.type).toBe("sandbox.closed");
    }
    return trials.map((trial) => trial.id);
  });
}

async function withStore<Value>(
  folder: string,
  use: (store: Awaited<ReturnType<Awaited<ReturnType<typeof openApp>>["store"]>>) => Promise<Value>,
): Promise<Value> {
  const app = await openApp({ cwd: folder, env: {} });
  try {
    return await use(await app.store());
  } finally {
    await app[Symbol.asyncDispose]();
  }
}
