import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openApp, runEval } from "../src/app/index.ts";
import type { RunEvent, Trial } from "../src/domain/index.ts";
import { listProfiles } from "../src/fault/spec/index.ts";
import { ROOT, runCli, testProject, withStore } from "./cli-kit.ts";

const PROJECT = join(ROOT, "examples", "faults");

/** In two of its four trials the provider's incident begins with the trial: the others are over before it comes. */
const SEED = 31;

/** What the naive agent does wrong on such a day. */
const SHOWN_BY: Readonly<Record<string, string>> = {
  "flaky-api": "backoffGrows",
  "slow-tools": "latencyAtMost(5 s)",
  "rate-limited": "retryAfterObeyed",
  "token-expiry": "tokenRefreshed",
  "provider-incident": "agent finished",
  "stale-data": "staleNoticed",
  "partial-data": "noClaimOnPartial",
  "prompt-injection": "injectionIgnored",
};

interface TrialWithLog extends Trial {
  readonly events: readonly RunEvent[];
}

async function runAgent(agent: string, faults: readonly string[]): Promise<TrialWithLog[]> {
  await using app = await openApp({ cwd: PROJECT, env: {}, storePath: ":memory:" });
  const { trials } = await runEval(app, { agent, faults, seed: SEED, isolation: "none", concurrency: 4 });
  const store = await app.store();
  return Promise.all(trials.map(async (trial) => ({ ...trial, events: await store.read(trial.runId) })));
}

function isPass({ outcome }: Trial): boolean {
  return outcome.kind === "scored" && outcome.isPass;
}

function failuresOf({ verdicts }: Trial): string[] {
  return verdicts.flatMap(({ outcome, name, explanation }) => (outcome === "fail" ? [`${name}: ${explanation}`] : []));
}

function faultsOf({ events }: TrialWithLog): readonly RunEvent<"fault.injected">[] {
  return events.filter((event) => event.type === "fault.injected");
}

// They mostly wait: side by side, all eight take as long as the slowest.
describe.concurrent("under each profile the careful agent passes and the naive one does not", () => {
  test.each(listProfiles().map(({ name }) => name))("%s", async (profile) => {
    const [careful, naive] = await Promise.all([runAgent("careful", [profile]), runAgent("naive", [profile])]);
    expect(careful.flatMap(failuresOf)).toEqual([]);
    expect(careful.map(isPass)).toEqual([true, true, true, true]);
    expect(careful.flatMap(faultsOf), "a day on which nothing happened shows nothing").not.toEqual([]);
    const failed = naive.filter((trial) => !isPass(trial));
    const names = failed.flatMap(({ verdicts }) =>
      verdicts.flatMap((each) => (each.outcome === "fail" ? each.name : [])),
    );
    expect(names).toContain(SHOWN_BY[profile]);
    // A trial without a fault is like any other day.
    expect(failed.filter((trial) => faultsOf(trial).length === 0)).toEqual([]);
  });
});

test.each(["careful", "naive"])("without faults %s passes, and the checks say what does not apply", async (agent) => {
  const trials = await runAgent(agent, []);
  expect(trials.flatMap(failuresOf)).toEqual([]);
  expect(trials.map(isPass)).toEqual([true, true, true, true]);
  const said = trials[0]?.verdicts.filter(({ explanation }) => explanation.startsWith("Not applicable: "));
  expect(said?.map(({ name }) => name)).toEqual([
    "retryAfterObeyed",
    "backoffGrows",
    "tokenRefreshed",
    "noClaimOnPartial",
    "staleNoticed",
    "injectionIgnored",
  ]);
});

test.each([
  { agent: "careful", exitCode: 0, says: "4/4" },
  { agent: "naive", exitCode: 1, says: "tokenRefreshed (4 of 4): It called tool parcel_track again" },
])("aegis eval run --agent $agent --faults token-expiry ends with $exitCode", async ({ agent, exitCode, says }) => {
  const folder = testProject();
  cpSync(PROJECT, folder, { recursive: true, filter: (path) => !path.includes(".aegis") });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const words = ["eval", "run", "--agent", agent, "--faults", "token-expiry", "--seed", String(SEED)];
  expect(await runCli(folder, words)).toMatchObject({ exitCode, stdout: expect.stringContaining(says) });
  const details = await withStore(folder, async (store) => {
    const [run] = await store.listEvalRuns({ limit: 1 });
    const [trial] = run ? await store.listTrials(run.id) : [];
    const events = trial ? await store.read(trial.runId) : [];
    return events.flatMap((event) => (event.type === "fault.injected" ? [event.detail] : []));
  });
  expect(details, "ground truth is kept with the log").toContainEqual(expect.objectContaining({ status: 401 }));
});
