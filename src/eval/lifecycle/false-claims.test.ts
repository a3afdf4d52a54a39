import { expect, test } from "vitest";
import { seededRandom } from "../../kernel/index.ts";
import { decideGraduation } from "./decide-graduation.ts";
import { madeRuns } from "./made-history.test-kit.ts";
import { suiteHistory } from "./suite-history.ts";
import { summarizeTrend } from "./summarize-trend.ts";

const random = seededRandom(5);
const marks = (trials: number, rate: number) =>
  Array.from({ length: trials }, () => (random() < rate ? "+" : "-")).join("");
const named = (count: number, of: (index: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`case-${index}`, of(index)]));

test.each([
  { versions: 2, cases: 20, trials: 3 },
  { versions: 5, cases: 20, trials: 3 },
  { versions: 5, cases: 40, trials: 1 },
  { versions: 8, cases: 10, trials: 5 },
])("an agent that never changed is seldom called another: $versions versions, $cases cases, $trials trials", (size) => {
  const rounds = 200;
  const claims = { overall: 0, step: 0, slope: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const rates = Array.from({ length: size.cases }, () => random());
    const runs = madeRuns(
      Array.from({ length: size.versions }, (_, index) => ({
        version: String(index),
        cases: named(size.cases, (each) => marks(size.trials, rates[each]!)),
      })),
    );
    const { overall, steps, slope } = summarizeTrend(suiteHistory(runs, { suite: "shop", by: "version" }));
    const isClaim = (verdict = "") => verdict === "better" || verdict === "worse";
    if (isClaim(overall?.verdict)) claims.overall += 1;
    if (steps.some(({ verdict }) => isClaim(verdict))) claims.step += 1;
    if (slope && slope.verdict !== "no slope shown") claims.slope += 1;
  }
  // One in twenty each, and what chance adds in so many rounds.
  expect(Math.max(claims.overall, claims.step, claims.slope) / rounds, JSON.stringify(claims)).toBeLessThanOrEqual(
    0.09,
  );
});

test.each([
  { rate: 0.9, trials: 20, least: 0, most: 0.025 },
  { rate: 0.8, trials: 20, least: 0, most: 0.001 },
  { rate: 0.99, trials: 20, least: 0.85, most: 1 },
])("a case that passes $rate of the time graduates in at most $most of the suites, at least $least", (size) => {
  const caseCount = 2_000;
  const runs = madeRuns(
    ["1", "2", "3"].map((version) => ({ version, cases: named(caseCount, () => marks(size.trials, size.rate)) })),
  );
  const { cases } = decideGraduation(suiteHistory(runs, { suite: "shop", by: "version" }));
  const share = cases.filter(({ decision }) => decision === "graduates").length / caseCount;
  expect(share).toBeGreaterThanOrEqual(size.least);
  expect(share).toBeLessThanOrEqual(size.most);
});
