import { AegisError } from "../../kernel/index.ts";
import { chooseTraces } from "./conditions/choose-traces.ts";
import { describeUncovered, findUncovered } from "./conditions/find-uncovered.ts";
import { readContext } from "./dimensions/read-context.ts";
import { weightedDimensions } from "./dimensions/weighted-dimensions.ts";
import type { GapReport, GapSide } from "./gap-report.ts";
import { limitsOf } from "./limits-of.ts";
import type { LoggedRun } from "./logged-run.ts";
import { gapIndex } from "./measure/gap-index.ts";
import { measureDimensions } from "./measure/measure-dimensions.ts";
import { answeredBefore } from "./reading/session-answers.ts";
import { readRunFacts, type RunFacts } from "./reading/run-facts.ts";

export interface GapRequest {
  readonly evals: readonly LoggedRun[];
  readonly production: readonly LoggedRun[];
  /** Instead of the catalogue's, by dimension; 0 leaves one out of the index. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Whole number; 1 unless told. The same seed gives the same report. */
  readonly seed?: number;
  /** Of the bootstrap, 500 unless told; twice as many for chance. */
  readonly draws?: number;
}

/** Share of false findings over the dimensions. */
const LEVEL = 0.05;

/**
 * How far evals lie from production: a distance per dimension with what chance alone would give, one index, and the
 * conditions of production that no eval run shows.
 *
 * @throws {AegisError} "ready.no_runs" where a side has no run, "ready.bad_weight" for an unknown dimension or a weight
 * below 0
 */
export function measureGap({ evals, production, weights = {}, seed = 1, draws = 500 }: GapRequest): GapReport {
  const sides = { evals: readSide("eval", evals), production: readSide("production", production) };
  const dimensions = weightedDimensions(weights);
  const context = readContext([...sides.evals, ...sides.production]);
  const measured = measureDimensions(sides, { dimensions, context, seed, draws, level: LEVEL });
  const { shown, conditionCount } = findUncovered(sides.evals, sides.production);
  const counts = { evals: evals.length, production: production.length };
  const gaps = measured.map(({ gap }) => gap);
  return {
    evals: sizeOf(sides.evals),
    production: sizeOf(sides.production),
    index: gapIndex(measured),
    dimensions: gaps,
    uncovered: shown.map((condition) => describeUncovered(condition, counts)),
    conditionCount,
    traces: chooseTraces(shown, new Map(sides.production.map(({ runId, eventCount }) => [runId, eventCount]))),
    limits: limitsOf(sides, gaps),
    settings: { seed, draws, level: LEVEL },
  };
}

const FIXES = {
  eval: "Run the suite, or name a run that has logs: aegis eval list.",
  production: "Look what there is: aegis trace list --origin live, or --origin observed; aegis eval list for run:NAME.",
} as const;

function readSide(name: keyof typeof FIXES, runs: readonly LoggedRun[]): RunFacts[] {
  const answered = answeredBefore(runs);
  const facts = runs.filter(({ events }) => events.length > 0).map((run) => readRunFacts(run, answered.get(run.runId)));
  if (facts.length > 0) return facts;
  const why = runs.length === 0 ? "there is none" : `the logs of all ${runs.length} are empty`;
  throw new AegisError("ready.no_runs", `a gap needs at least one ${name} run, and ${why}`, {
    fix: FIXES[name],
  });
}

function sizeOf(runs: readonly RunFacts[]): GapSide {
  return { runCount: runs.length, clusterCount: new Set(runs.map(({ cluster }) => cluster)).size };
}
