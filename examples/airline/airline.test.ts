import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dataFolderOf } from "../tau/data-folder.ts";
import { isRewardAgreed, playSuite, rewardsOf, skipReason, toolAnswers } from "../tau/play-suite.test-kit.ts";
import { readTrajectories, type RecordedRun } from "../tau/trajectory.ts";

const FILE = "airline__gpt-4o__even-tasks-x4.json";
const skipped = skipReason(FILE);

describe.skipIf(skipped !== "")(`the airline suite${skipped}`, () => {
  test("all 100 recorded airline conversations give the recorded rewards and tool answers", async () => {
    const played = await playSuite({ domainName: "airline", isolation: "none" });
    expect(played).toHaveLength(100);
    expect(played.filter((each) => !isRewardAgreed(each)).map(rewardsOf)).toEqual([]);
    const path = join(dataFolderOf(process.env), "tau1", FILE);
    const runs = readTrajectories(path, readFileSync(path, "utf8"));
    for (const each of played) {
      const run = runs.find(({ taskId, trial }) => taskId === each.evalCase.from?.["taskId"] && TRIAL_OF(trial, each.trial.attemptIndex));
      expect([each.trial.caseId, toolAnswers(each)]).toEqual([each.trial.caseId, run && observations(run)]);
    }
  });

  test("in a process of its own a trial ends the same", async () => {
    const isPicked = ({ id }: { readonly id: string }) => PICKED.includes(id);
    const inside = await playSuite({ domainName: "airline", isPicked, isolation: "none" });
    const isolated = await playSuite({ domainName: "airline", isPicked, isolation: "process" });
    expect(isolated.map(outcomeOf).sort()).toEqual(inside.map(outcomeOf).sort());
    expect(isolated.filter((each) => !isRewardAgreed(each))).toEqual([]);
  });
});
