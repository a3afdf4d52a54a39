import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixedClock, idMaker, seededRandom } from "../../kernel/index.ts";
import { importResults } from "../import/import-results.ts";
import { decideGraduation } from "./decide-graduation.ts";
import type { GroupBy } from "./group-by.ts";
import type { CaseText } from "./review-inputs.ts";
import { reviewSuite } from "./review-suite.ts";
import { type HistoryRun, suiteHistory } from "./suite-history.ts";
import { summarizeTrend } from "./summarize-trend.ts";

// Figures from reference/tau2_figures.py: another language, written from the definitions, exact where ours searches.
const figures = JSON.parse(readFileSync(join(import.meta.dirname, "reference/tau2-figures.json"), "utf8")) as Figures;

// Unchanged results of sierra-research/tau2-bench and of forks of it.
const dataFolder = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
const hasData = existsSync(join(dataFolder, "tau2/retail40__gpt-4.1__base.json"));
const skipped = hasData ? "" : " (skipped: no recordings; AEGIS_DATA names their folder)";
const hasPython = spawnSync("python3", ["--version"]).status === 0;

interface StepFigures {
  readonly shared: number;
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  readonly p: number;
  readonly suiteShare: number;
  readonly allA: Rate;
  readonly allB: Rate;
  readonly added: number;
  readonly changed: number;
}
interface Rate {
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
}
interface Figures {
  readonly trend: Readonly<Record<"policies" | "tuning" | "models" | "grown", StepFigures>>;
  readonly slope: { labels: string[]; mean: number; lower: number; upper: number; cases: number };
  /** Share of the suite's cost, by case. */
  readonly costly: Readonly<Record<string, number>>;
  readonly graduation: Readonly<Record<string, GraduationFigures>>;
  readonly review: {
    readonly never: string[];
    readonly unseen: Readonly<Record<string, number>>;
    readonly flaky: Readonly<
      Record<string, { passed: number; total: number; lower: number; upper: number; p: number }>
    >;
    readonly pairs: Readonly<Record<string, { words: number; calls: number; rates: number }>>;
  };
}
interface GraduationFigures {
  readonly passed: number;
  readonly total: number;
  readonly lower: number;
  readonly upper: number;
  readonly pNewestWorse: number | null;
  readonly moreTrials: number;
  readonly decision: string;
}

const policy = (name: string) => [1, 2, 3].map((n) => `retail40__gpt-4o__policy-chloe-${name}__trial${n}`);
const FILES: Readonly<Record<string, readonly string[]>> = {
  gpt5minirefined: policy("gpt5minirefined"),
  gpt4orefined: policy("gpt4orefined"),
  base: ["retail40__gpt-4.1__base"],
  sft: ["retail40__gpt-4.1__sft"],
  sonnet: ["airline50__claude-sonnet-4-5-aide"],
  "gpt-4o": ["airline50__gpt-4o-2024-11-20"],
  grok: ["airline4x4__grok-3__policy-base"],
};

const imported = new Map<string, ReturnType<typeof importResults>>();

function importRun(name: string): ReturnType<typeof importResults> {
  const known = imported.get(name);
  if (known) return known;
  const files = FILES[name]!.map((path) => ({ path, bytes: readFileSync(join(dataFolder, `tau2/${path}.json`)) }));
  const seed = Object.keys(FILES).indexOf(name);
  const makeId = idMaker(fixedClock(0), seededRandom(seed));
  const made = importResults({ files, format: "tau2", runName: name, makeId, nowMs: 0 });
  imported.set(name, made);
  return made;
}

function history(names: readonly string[], by: GroupBy = "run") {
  const runs = names.map((name): HistoryRun => {
    const { run, trials } = importRun(name);
    return { run, trials: trials.map(({ trial }) => trial) };
  });
  return suiteHistory(runs, { suite: "tau2", by });
}

test.skipIf(!hasData || !hasPython)(`the frozen figures are what the program gives${skipped}`, () => {
  const program = join(import.meta.dirname, "reference/tau2_figures.py");
  const fresh = JSON.parse(execFileSync("python3", [program, dataFolder], { encoding: "utf8", timeout: 60_000 }));
  expect(fresh).toEqual(figures);
});

test.skipIf(!hasData).each([
  { name: "policies", a: "gpt5minirefined", b: "gpt4orefined", verdict: "no difference shown" },
  { name: "tuning", a: "sft", b: "base", verdict: "no difference shown" },
  { name: "models", a: "sonnet", b: "gpt-4o", verdict: "worse" },
  { name: "grown", a: "grok", b: "sonnet", verdict: "no difference shown" },
] as const)(`trend, $name: $a -> $b${skipped}`, ({ name, a, b, verdict }) => {
  const wanted = figures.trend[name];
  const { overall, groups } = summarizeTrend(history([a, b]));
  expect(groups.map(({ label }) => label)).toEqual([a, b]);
  expect(overall).toMatchObject({ from: a, to: b, sharedCaseCount: wanted.shared, verdict });
  expect(overall?.suiteChange.added).toHaveLength(wanted.added);
  expect(overall?.suiteChange.changed).toHaveLength(wanted.changed);
  near(overall?.difference?.mean, wanted.mean);
  near(overall?.difference?.lower, wanted.lower);
  near(overall?.difference?.upper, wanted.upper);
  near(overall?.pValue, wanted.p);
  near(overall?.suiteShare, wanted.suiteShare);
  for (const [index, rate] of [wanted.allA, wanted.allB].entries()) {
    near(groups[index]?.all?.rate, rate.rate);
    near(groups[index]?.all?.lower, rate.lower);
    near(groups[index]?.all?.upper, rate.upper);
  }
});

test.skipIf(!hasData)(`the slope over weeks, and weeks as another calendar counts them${skipped}`, () => {
  const wanted = figures.slope;
  const { slope, groups } = summarizeTrend(history(["grok", "sonnet", "gpt-4o"], "week"));
  expect(groups.map(({ label }) => label)).toEqual(wanted.labels);
  expect(slope).toMatchObject({ caseCount: wanted.cases, unit: "week", verdict: "falling" });
  near(slope?.mean, wanted.mean);
  near(slope?.lower, wanted.lower);
  near(slope?.upper, wanted.upper);
});

test.skipIf(!hasData)(`graduation over two policies, case by case${skipped}`, () => {
  const rule = { minRate: 0.5, confidence: 0.95, versions: 2 };
  const { cases } = decideGraduation(history(["gpt5minirefined", "gpt4orefined"]), { rule });
  expect(cases.map(({ id }) => id).toSorted()).toEqual(Object.keys(figures.graduation).toSorted());
  for (const { id, decision, pooled, pNewestWorse, moreTrials } of cases) {
    const wanted = figures.graduation[id]!;
    expect({ id, decision, moreTrials }).toEqual({ id, decision: wanted.decision, moreTrials: wanted.moreTrials });
    expect({ id, passed: pooled?.passed, total: pooled?.total }).toEqual({
      id,
      passed: wanted.passed,
      total: wanted.total,
    });
    near(pooled?.lower, wanted.lower);
    near(pooled?.upper, wanted.upper);
    if (wanted.pNewestWorse === null) expect(pNewestWorse, id).toBeNull();
    // Theirs is the largest on a grid of rates, so it may lie a little below.
    else expect(Math.abs((pNewestWorse ?? -1) - wanted.pNewestWorse), id).toBeLessThan(1e-4);
  }
});

test.skipIf(!hasData)(`review: never failing, flaky and alike cases are those of the other program${skipped}`, () => {
  const names = ["sft", "base", "gpt5minirefined", "gpt4orefined"];
  const thresholds = { inputDistanceMax: 0.75, behaviourDistanceMax: 0.7, rateDistanceMax: 0.5 };
  const { findings } = reviewSuite(history(names), { texts: firstWords(names), thresholds });
  const of = (...wanted: string[]) => findings.filter(({ finding }) => wanted.includes(finding));

  const never = of("no signal", "never fails");
  expect(never.map(({ caseId }) => caseId ?? "").toSorted()).toEqual(figures.review.never);
  for (const { caseId, figures: found } of never) {
    near(found["unseenFailure"] as number, figures.review.unseen[caseId ?? ""]!);
  }

  const flaky = of("flaky");
  expect(flaky.map(({ caseId }) => caseId ?? "").toSorted()).toEqual(Object.keys(figures.review.flaky).toSorted());
  for (const { caseId, figures: found } of flaky) {
    const wanted = figures.review.flaky[caseId ?? ""]!;
    expect({ passed: found["passed"], total: found["total"] }).toEqual({ passed: wanted.passed, total: wanted.total });
    near(found["lower"] as number, wanted.lower);
    near(found["upper"] as number, wanted.upper);
    near(found["versionEffectP"] as number, wanted.p);
  }

  const pairs = of("duplicate").map(({ otherId, caseId, figures: found }) => [`${otherId} ${caseId}`, found] as const);
  expect(pairs.map(([pair]) => pair).toSorted()).toEqual(Object.keys(figures.review.pairs).toSorted());
  for (const [pair, found] of pairs) {
    const wanted = figures.review.pairs[pair]!;
    near(found["inputDistance"] as number, wanted.words);
    near(found["behaviourDistance"] as number, wanted.calls);
    near(found["rateDistance"] as number, wanted.rates);
  }
});

test.skipIf(!hasData)(`review: what costs much and told two models apart in nothing${skipped}`, () => {
  const { findings } = reviewSuite(history(["sonnet", "gpt-4o"]), { thresholds: { costRatioMin: 1.5 } });
  const costly = findings.filter(({ finding }) => finding === "costly");
  expect(costly.map(({ caseId }) => caseId ?? "").toSorted()).toEqual(Object.keys(figures.costly).toSorted());
  expect(costly.length).toBeGreaterThan(2);
  for (const { caseId, figures: found } of costly) {
    expect(found).toMatchObject({ measure: "cost", verdictChanges: 0, steps: 1 });
    near(found["share"] as number, figures.costly[caseId ?? ""]!);
  }
});

/** What the user said first, in the last of the runs that has the case. */
function firstWords(names: readonly string[]): Map<string, CaseText> {
  const texts = new Map<string, CaseText>();
  for (const name of names) {
    for (const { trial, events } of importRun(name).trials) {
      const said = events.find((event) => event.type === "message.received" && event.from === "user");
      if (trial.attemptIndex > 0 || said?.type !== "message.received") continue;
      texts.set(trial.caseId, { input: said.content, world: "", namedTools: [] });
    }
  }
  return texts;
}

function near(found: number | null | undefined, wanted: number): void {
  expect(found).toBeTypeOf("number");
  expect(found ?? Number.NaN).toBeCloseTo(wanted, 6);
}
