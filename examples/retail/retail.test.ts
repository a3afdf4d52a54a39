import { describe, expect, test } from "vitest";
import { differingAnswers } from "../tau/differing-answers.test-kit.ts";
import { isRewardAgreed, playSuite, rewardsOf, skipReason } from "../tau/play-suite.test-kit.ts";

const FILE = "retail__agentverify-tool-calling__100x1.json";
const skipped = skipReason(FILE);

describe.skipIf(skipped !== "")(`the retail suite${skipped}`, () => {
  test("a third of the recorded conversations end with the recorded reward, over the recorded tool answers", async () => {
    const played = await playSuite({
      domainName: "retail",
      isPicked: ({ id }) => Number(id.slice(-3)) % 3 === 0,
      isolation: "none",
    });
    expect(played).toHaveLength(34);
    expect(played.filter((each) => !isRewardAgreed(each)).map(rewardsOf)).toEqual([]);
    expect(differingAnswers(played, FILE)).toEqual([]);
  });

  test("in processes of their own they end the same", async () => {
    const isPicked = ({ id }: { readonly id: string }) => ["task-003", "task-020", "task-041"].includes(id);
    const played = await playSuite({ domainName: "retail", isPicked, isolation: "process" });
    expect(played.length).toBeGreaterThan(2);
    expect(played.filter((each) => !isRewardAgreed(each)).map(rewardsOf)).toEqual([]);
    expect(differingAnswers(played, FILE)).toEqual([]);
  });
});
