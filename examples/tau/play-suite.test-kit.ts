import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { idMaker, systemClock } from "../../src/kernel/index.ts";
import type { EvalCase, IsolationLevel, RunEvent, Trial } from "../../src/domain/index.ts";
import { openPerformer } from "../../src/app/performers.ts";
import { registerDoors } from "../../src/app/register-doors.ts";
import { loadSuiteFile, runSuite } from "../../src/eval/index.ts";
import { openSqliteStore } from "../../src/store/adapters/sqlite/open-sqlite-store.ts";
import { dataFolderOf } from "./data-folder.ts";
import type { DomainName } from "./environment.ts";

export interface PlayedTrial {
  readonly evalCase: EvalCase;
  readonly trial: Trial;
  readonly events: readonly RunEvent[];
}

/** Runs a suite of the examples as `aegis eval run` does, with a store in memory. */
export async function playSuite(options: {
  readonly domainName: DomainName;
  readonly isolation: IsolationLevel;
  readonly isPicked?: (evalCase: EvalCase) => boolean;
}): Promise<PlayedTrial[]> {
  const { domainName, isolation, isPicked = () => true } = options;
  registerDoors();
  const file = fileURLToPath(new URL(`../${domainName}/suite.ts`, import.meta.url));
  const [suite] = await loadSuiteFile(file, (agent, folder) => ({
    kind: "file",
    file: join(folder, agent),
    name: agent,
  }));
  if (!suite) throw new Error(`${file} defines no suite`);
  const cases = suite.cases.filter(isPicked);
  await using store = await openSqliteStore({ path: ":memory:" });
  const root = fileURLToPath(new URL("../..", import.meta.url));
  await using performer = await openPerformer(isolation, { root, suiteFiles: [file], caseFiles: [], width: 2 });
  const { trials } = await runSuite(
    { ...suite, cases },
    {
      name: "played",
      isolation,
      concurrency: isolation === "none" ? 8 : 2,
      seed: 1,
      signal: new AbortController().signal,
      attributes: {},
    },
    {
      store,
      clock: systemClock,
      makeId: idMaker(systemClock, Math.random),
      processId: process.pid,
      prices: {},
      perform: performer.perform,
      makeJudge: () => Promise.reject(new Error("these suites have no judge")),
    },
  );
  return Promise.all(
    trials.map(async (trial) => ({
      trial,
      evalCase: cases.find(({ id }) => id === trial.caseId) as EvalCase,
      events: await store.read(trial.runId),
    })),
  );
}

/** What the recorded agent's attempt earned, and what ours did. */
export function rewardsOf({ evalCase, trial }: PlayedTrial) {
  const { caseId, attemptIndex, outcome, verdicts } = trial;
  const notPassed = verdicts.filter((verdict) => verdict.outcome !== "pass").map(({ explanation }) => explanation);
  const recorded = (evalCase.metadata["recordedRewards"] as readonly number[])[attemptIndex];
  return { caseId, attemptIndex, recorded, outcome, isPass: outcome.kind === "scored" && outcome.isPass, notPassed };
}

export function isRewardAgreed(played: PlayedTrial): boolean {
  const { recorded, outcome, isPass } = rewardsOf(played);
  return outcome.kind === "scored" && Number(isPass) === recorded;
}

const WHY_SKIPPED =
  "no recorded data: set AEGIS_DATA to the folder with tau/ and tau1/ (public original: github.com/sierra-research/tau-bench, MIT)";

/** Why tests on a recorded file are skipped; empty where the file is there. */
export function skipReason(file: string): string {
  if (existsSync(join(dataFolderOf(process.env), "tau1", file))) return "";
  process.stderr.write(`tests on ${file} are skipped: ${WHY_SKIPPED}\n`);
  return `, skipped: ${WHY_SKIPPED}`;
}
