import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dataFolderOf } from "../tau/data-folder.ts";
import { isRewardAgreed, playSuite, rewardsOf, skipReason, toolAnswers } from "../tau/play-suite.test-kit.ts";
import { readTrajectories, type RecordedRun } from "../tau/trajectory.ts";

const FILE = "retail__agentverify-tool-calling__100x1.json";
const skipped = skipReason(FILE);

describe.skipIf(skipped !== "")(`the retail suite${skipped}`, () => {
  test("a third of the recorded retail conversations give the recorded rewards and tool answers", async () => {
    const played = await playSuite({ domainName: "retail", isPicked: ({ id }) => Number(id.slice(-3)) % 3 === 0, isolation: "none" });
    expect(played).toHaveLength(34);
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
    const inside = await playSuite({ domainName: "retail", isPicked, isolation: "none" });
    const isolated = await playSuite({ domainName: "retail", isPicked, isolation: "process" });
    expect(isolated.map(outcomeOf).sort()).toEqual(inside.map(outcomeOf).sort());
    expect(isolated.filter((each) => !isRewardAgreed(each))).toEqual([]);
  });
});
