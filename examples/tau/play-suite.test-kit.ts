import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { EvalCase, IsolationLevel } from "../../src/domain/index.ts";
import { registerDoors } from "../../src/app/register-doors.ts";
import { loadSuiteFile } from "../../src/eval/index.ts";
import { type PlayedTrial, playLoaded } from "../../test/play-suite-kit.ts";
import { dataFolderOf } from "./data-folder.ts";
import type { DomainName } from "./environment.ts";

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
  const root = fileURLToPath(new URL("../..", import.meta.url));
  return playLoaded({ ...suite, cases: suite.cases.filter(isPicked) }, { isolation, root, file });
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
