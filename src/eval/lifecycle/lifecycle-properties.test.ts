import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../kernel/index.ts";
import type { MadeTrial } from "../summary/made-run.ts";
import { decideGraduation } from "./decide-graduation.ts";
import { GROUPINGS } from "./group-by.ts";
import { madeRuns, withVoid } from "./made-history.test-kit.ts";
import { reviewSuite } from "./review-suite.ts";
import { setDistance } from "./words-of-text.ts";
import { similarPairs } from "./similar-pairs.ts";
import { type HistoryRun, suiteHistory } from "./suite-history.ts";
import { summarizeTrend } from "./summarize-trend.ts";

const SEEDS = Array.from({ length: 25 }, (_, seed) => seed);
const TOOLS = ["orders.get", "refund.issue", "ticket.escalate"];

/** Runs of drawn versions, whose cases come and go, change their words, pass by chance and call tools by chance. */
function drawnRuns(random: Random): HistoryRun[] {
  const below = (limit: number) => Math.floor(random() * limit);
  const rates = new Map(Array.from({ length: 6 }, (_, index) => [`case-${index}`, random()]));
  const trial = (rate: number): MadeTrial => ({
    isPass: random() < rate,
    ...(random() < 0.1 && { void: "provider" as const }),
    tools: Array.from({ length: 1 + below(3) }, () => TOOLS[below(3)]!).join(" "),
    metrics: { costMicroUsd: 1 + below(5_000) },
  });
  return madeRuns(
    Array.from({ length: 3 + below(4) }, () => ({
      version: String(1 + below(4)),
      day: below(40),
      cases: Object.fromEntries(
        [...rates].flatMap(([id, rate]) =>
          random() < 0.15 ? [] : [[id, Array.from({ length: 1 + below(4) }, () => trial(rate))]],
        ),
      ),
      hashes: random() < 0.2 ? { "case-1": "worded anew" } : {},
    })),
  );
}

function shuffled<Value>(values: readonly Value[], random: Random): Value[] {
  return values
    .map((value) => ({ value, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

/** All three reports, over every grouping. */
function everything(runs: readonly HistoryRun[]) {
  return GROUPINGS.map((by) => {
    const history = suiteHistory(runs, { suite: "shop", by });
    return {
      trend: summarizeTrend(history),
      graduation: decideGraduation(history, { rule: { minRate: 0.5, confidence: 0.9, versions: 2 } }),
      review: reviewSuite(history, { thresholds: { unseenFailureMax: 0.9, costRatioMin: 1 } }),
    };
  });
}

test.each(SEEDS)("seed %i: the order in which runs and trials are read changes nothing", (seed) => {
  const random = seededRandom(seed);
  const runs = drawnRuns(random);
  const mixed = shuffled(runs, random).map(({ run, trials }) => ({
    run: { ...run, cases: shuffled(run.cases, random) },
    trials: shuffled(trials, random),
  }));
  expect(everything(mixed)).toEqual(everything(runs));
});

test.each(SEEDS)("seed %i: a void trial changes nothing", (seed) => {
  const runs = drawnRuns(seededRandom(seed)).filter(({ trials }) => trials.length > 0);
  const before = everything(runs);
  for (const index of runs.keys()) expect(everything(runs.with(index, withVoid(runs[index]!)))).toEqual(before);
});

test("the drawn runs are no empty question: each kind of answer comes up", () => {
  const reports = SEEDS.map((seed) => everything(drawnRuns(seededRandom(seed)))).flat();
  const decisions = new Set(reports.flatMap(({ graduation }) => graduation.cases.map(({ decision }) => decision)));
  const findings = new Set(reports.flatMap(({ review }) => review.findings.map(({ finding }) => finding)));
  expect(decisions).toEqual(
    new Set(["graduates", "too few versions", "newest version worse", "below the bar", "too few trials"]),
  );
  expect(findings).toEqual(new Set(["never fails", "no signal", "flaky", "costly"]));
  expect(reports.some(({ trend }) => (trend.overall?.suiteChange.changed.length ?? 0) > 0)).toBe(true);
});

test.each(SEEDS)("seed %i: near pairs are those that comparing all with all finds", (seed) => {
  const random = seededRandom(seed);
  const items = Array.from({ length: 30 }, (_, index) => ({
    id: `item-${index}`,
    words: new Set(Array.from({ length: 1 + Math.floor(random() * 12) }, () => `w${Math.floor(random() * 15)}`)),
  }));
  const ids = items.map(({ id }) => id).toSorted();
  const words = new Map(items.map((item) => [item.id, item.words]));
  for (const distanceMax of [0, 0.2, 0.5, 0.8]) {
    const all = ids.flatMap((a, index) =>
      ids.slice(index + 1).flatMap((b) => {
        const distance = setDistance(words.get(a)!, words.get(b)!);
        return distance <= distanceMax ? [{ a, b, distance }] : [];
      }),
    );
    expect(similarPairs(items, distanceMax)).toEqual(all);
  }
});
