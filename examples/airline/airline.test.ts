import { describe, expect, test } from "vitest";
import { differingAnswers } from "../tau/differing-answers.test-kit.ts";
import { isRewardAgreed, playSuite, rewardsOf, skipReason } from "../tau/play-suite.test-kit.ts";

const FILE = "airline__gpt-4o__even-tasks-x4.json";
const skipped = skipReason(FILE);

describe.skipIf(skipped !== "")(`the airline suite${skipped}`, () => {
  test("every recorded conversation ends with the recorded reward, over the recorded tool answers", async () => {
    const played = await playSuite({ domainName: "airline", isolation: "none" });
    expect(played).toHaveLength(100);
    expect(played.filter((each) => !isRewardAgreed(each)).map(rewardsOf)).toEqual([]);
    expect(differingAnswers(played, FILE)).toEqual([]);
  });

  test("in processes of their own they end the same", async () => {
    const isPicked = ({ id }: { readonly id: string }) => ["task-000", "task-002"].includes(id);
    const played = await playSuite({ domainName: "airline", isPicked, isolation: "process" });
    expect(played.length).toBeGreaterThan(2);
    expect(played.filter((each) => !isRewardAgreed(each)).map(rewardsOf)).toEqual([]);
    expect(differingAnswers(played, FILE)).toEqual([]);
  });
});
